package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomQuadraticTest {

    private static final double[] LEARNING_RATES = {0.001, 0.02, 0.1, 0.3, 1, 1.2};

    static List<Scheme> schemes() {
        return RandomSchemes.small();
    }

    /** The spectral radius of the n^2 x n^2 matrix that moves the inner products of the workers over one period. */
    private static double rateByTransitionMatrix(Scheme scheme, double zeta, double lr) {
        int n = scheme.workers();
        double[][] product = MixingMatrix.identity(n * n).toDense();
        for (int step = 0; step < scheme.period().getAsInt(); step++) {
            double[][] w = scheme.at(step).toDense();
            double[][] transition = new double[n * n][n * n];
            for (int row = 0; row < n * n; row++) {
                for (int column = 0; column < n * n; column++) {
                    boolean diagonal = column / n == column % n;
                    double gradient = diagonal ? 1 - 2 * lr + zeta * lr * lr : (1 - lr) * (1 - lr);
                    transition[row][column] = w[row / n][column / n] * w[row % n][column % n] * gradient;
                }
            }
            product = SpectralRadius.product(transition, product);
        }
        return 1 - Math.pow(SpectralRadius.of(product), 1.0 / scheme.period().getAsInt());
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void exactRateIsTheSpectralRadiusOfTheTransitionMatrix(Scheme scheme) {
        RandomQuadratic quadratic = new RandomQuadratic(scheme, 7);
        for (double learningRate : LEARNING_RATES) {
            double expected = rateByTransitionMatrix(scheme, 7, learningRate);
            OptionalDouble actual = quadratic.exactRate(learningRate);
            assertEquals(expected > 0, actual.isPresent(), "learning rate " + learningRate + ", rate " + expected);
            actual.ifPresent(rate -> assertEquals(expected, rate, 1e-11));
        }
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void rateIsAFixedPoint(Scheme scheme) {
        double zeta = 7;
        RandomQuadratic quadratic = new RandomQuadratic(scheme, zeta);
        for (double lr : LEARNING_RATES) {
            OptionalDouble rate = quadratic.rate(lr);
            double kept = (1 - lr) * (1 - lr);
            if (rate.isPresent()) {
                double r = rate.getAsDouble();
                double neighbors = EffectiveNeighbors.of(scheme, kept / (1 - r)).worst();
                assertEquals(r, 1 - kept - (zeta - 1) * lr * lr / neighbors, 1e-12);
            } else {
                double neighbors = EffectiveNeighbors.of(scheme, Math.min(kept, 0.999)).worst();
                assertTrue(1 - kept - (zeta - 1) * lr * lr / neighbors <= 0, "learning rate " + lr);
            }
            if (scheme.isStatic()) {
                assertTrue(rate.orElse(0) <= quadratic.exactRate(lr).orElse(0) + 1e-13);
            }
        }
    }

    @Test
    void closedFormsOfExactAveragingAndOfNoCommunication() {
        for (double lr : new double[] {0.001, 0.1, 0.5, 0.9}) {
            double averaged = 1 - (1 - lr) * (1 - lr) - 9 * lr * lr / 16;
            RandomQuadratic all = new RandomQuadratic(GoldenSchemes.of("Fully connected", 16), 10);
            assertEquals(averaged, all.rate(lr).orElseThrow(), 1e-13);
            assertEquals(averaged, all.exactRate(lr).orElseThrow(), 1e-13);
        }
        RandomQuadratic solo = new RandomQuadratic(GoldenSchemes.of("Solo", 16), 10);
        assertEquals(1 - 0.81 - 9 * 0.01, solo.exactRate(0.1).orElseThrow(), 1e-13);
        assertTrue(solo.rate(0.2001).isEmpty());
        assertTrue(solo.exactRate(0.2001).isEmpty());
        assertTrue(solo.rate(0.1999).isPresent());
        assertEquals(0.1, solo.best().learningRate(), 1e-8);
        assertEquals(0.1, solo.best().rate(), 1e-13);
        BestRate best = new RandomQuadratic(GoldenSchemes.of("Fully connected", 16), 10).best();
        assertEquals(16.0 / 25, best.learningRate(), 1e-8);
        assertEquals(16.0 / 25, best.rate(), 1e-13);
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void noLearningRateIsBetterThanTheBest(Scheme scheme) {
        RandomQuadratic quadratic = new RandomQuadratic(scheme, 7);
        BestRate best = quadratic.best();
        BestRate exactBest = quadratic.exactBest();
        assertEquals(best.rate(), quadratic.rate(best.learningRate()).orElseThrow(), 1e-12);
        assertEquals(exactBest.rate(), quadratic.exactRate(exactBest.learningRate()).orElseThrow(), 1e-11);
        for (double lr = 0.01; lr < 1.5; lr *= 1.1) {
            assertTrue(quadratic.rate(lr).orElse(0) <= best.rate() + 1e-13, "learning rate " + lr);
            assertTrue(quadratic.exactRate(lr).orElse(0) <= exactBest.rate() + 1e-11, "exact, learning rate " + lr);
        }
    }

    @Test
    void withoutNoiseOneStepSuffices() {
        RandomQuadratic quadratic = new RandomQuadratic(RandomSchemes.chain(5), 1);
        assertEquals(1 - 0.7 * 0.7, quadratic.rate(0.3).orElseThrow(), 1e-14);
        assertEquals(1 - 0.7 * 0.7, quadratic.exactRate(0.3).orElseThrow(), 1e-14);
        assertEquals(new BestRate(1, 1), quadratic.best());
        assertTrue(quadratic.rate(2).isEmpty());
    }

    @Test
    void zetaOfGaussianSamples() {
        assertEquals(12, RandomQuadratic.zeta(10, 1));
        assertEquals(15.0 / 4, RandomQuadratic.zeta(10, 4));
        assertThrows(IllegalArgumentException.class, () -> RandomQuadratic.zeta(10, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void learningRateIsPositive(double learningRate) {
        RandomQuadratic quadratic = new RandomQuadratic(RandomSchemes.chain(5), 5);
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> quadratic.rate(learningRate));
        assertEquals("the learning rate is positive and finite, got " + learningRate, error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1.1e8, Double.NaN, Double.POSITIVE_INFINITY})
    void zetaIsWithinItsRange(double zeta) {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> new RandomQuadratic(RandomSchemes.chain(5), zeta));
        assertEquals("zeta is 1 (no gradient noise) to 1e8, got " + zeta, error.getMessage());
    }

    @Test
    void theMostNoiseStillHasABestLearningRate() {
        for (BestRate best : List.of(
                new RandomQuadratic(GoldenSchemes.of("Solo", 4), 1e8).exactBest(),
                new RandomQuadratic(RandomSchemes.matchings(4, 16, 1), 1e8).exactBest())) {
            double workers = best.learningRate() * 1e8;
            assertTrue(workers > 0.999 && workers < 4.001, best.toString());
            assertEquals(best.learningRate(), best.rate(), 1e-3 * best.rate());
        }
    }
}
