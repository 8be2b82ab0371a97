package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomWalkTest {

    static List<Scheme> schemes() {
        return RandomSchemes.small();
    }

    /** The recursion C = W (gamma C + I) W^T, step by step until it no longer changes. */
    private static double[][] covarianceByIteration(Scheme scheme, double gamma, int phase) {
        int n = scheme.workers();
        double[][] c = new double[n][n];
        for (int step = 0; step < 400 * scheme.period().getAsInt() + phase; step++) {
            double[][] w = scheme.at(step).toDense();
            double[][] next = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    for (int k = 0; k < n; k++) {
                        for (int l = 0; l < n; l++) {
                            next[i][j] += w[i][k] * (gamma * c[k][l] + (k == l ? 1 : 0)) * w[j][l];
                        }
                    }
                }
            }
            c = next;
        }
        return c;
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void covarianceIsTheLimitOfTheRecursion(Scheme scheme) {
        for (int phase = 0; phase < scheme.period().getAsInt(); phase++) {
            double[][] expected = covarianceByIteration(scheme, 0.85, phase);
            double[][] actual = RandomWalk.of(scheme).covariance(0.85, phase);
            for (int i = 0; i < scheme.workers(); i++) {
                assertArrayEquals(expected[i], actual[i], 1e-12, "phase " + phase + ", row " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void neighborsCompareTheDiagonalWithASoloWorker(Scheme scheme) {
        double gamma = 0.85;
        EffectiveNeighbors neighbors = EffectiveNeighbors.of(scheme, gamma);
        double meanVarianceOfAll = 0;
        for (int phase = 0; phase < scheme.period().getAsInt(); phase++) {
            double[][] covariance = covarianceByIteration(scheme, gamma, phase);
            double sum = 0;
            double max = 0;
            for (int i = 0; i < scheme.workers(); i++) {
                sum += covariance[i][i];
                max = Math.max(max, covariance[i][i]);
                if (phase == 0) {
                    assertEquals(1 / (1 - gamma) / covariance[i][i], neighbors.perWorker()[i], 1e-11);
                }
            }
            double mean = sum / scheme.workers();
            meanVarianceOfAll += mean / scheme.period().getAsInt();
            assertEquals(1 / (1 - gamma) / mean, neighbors.meanByPhase()[phase], 1e-11);
            assertEquals(1 / (1 - gamma) / max, neighbors.worstByPhase()[phase], 1e-11);
        }
        assertEquals(neighbors.meanByPhase()[0], neighbors.mean());
        assertEquals(neighbors.worstByPhase()[0], neighbors.worst());
        assertEquals(1 / (1 - gamma) / meanVarianceOfAll, neighbors.periodMean(), 1e-11);
    }

    @Test
    void oneStepOfMemoryCountsSquaredWeights() {
        Scheme scheme = RandomSchemes.directed(9, 1, 5);
        double[] perWorker = EffectiveNeighbors.of(scheme, 0).perWorker();
        double[][] weights = scheme.at(0).toDense();
        for (int i = 0; i < 9; i++) {
            double squares = Arrays.stream(weights[i]).map(w -> w * w).sum();
            assertEquals(1 / squares, perWorker[i], 1e-12);
        }
    }

    /** For W = p J/n + (1 - p) I, the differences decay with gamma (1 - p)^2. */
    @Test
    void closedFormOfMixWithTheMean() {
        int n = 10;
        double p = 0.3;
        double gamma = 0.9;
        double[][] weights = new double[n][n];
        for (int i = 0; i < n; i++) {
            Arrays.fill(weights[i], p / n);
            weights[i][i] += 1 - p;
        }
        double square = (1 - p) * (1 - p);
        double variance = (1 / (1 - gamma) + (n - 1) * square / (1 - gamma * square)) / n;
        Scheme scheme = PeriodicScheme.constant("mix", MixingMatrix.of(weights));
        EffectiveNeighbors neighbors = EffectiveNeighbors.of(scheme, gamma);
        assertEquals(1 / (1 - gamma) / variance, neighbors.mean(), 1e-11);
        assertEquals(neighbors.mean(), neighbors.worst(), 1e-11);
    }

    @Test
    void tendsToTheNumberOfWorkersOfDoublyStochasticSchemes() {
        List<Scheme> schemes =
                List.of(RandomSchemes.chain(6), RandomSchemes.twoTrees(6), RandomSchemes.matchings(6, 9, 1));
        for (Scheme scheme : schemes) {
            EffectiveNeighbors neighbors = EffectiveNeighbors.of(scheme, 1 - 1e-9);
            assertEquals(6, neighbors.worst(), 1e-6, scheme.name());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.9999})
    void withoutCommunicationOrInACycleEveryWorkerIsAlone(double gamma) {
        double[][] passOn = {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}};
        Scheme cycle = PeriodicScheme.constant("cycle", MixingMatrix.of(passOn));
        assertEquals(1, EffectiveNeighbors.of(GoldenSchemes.of("Solo", 5), gamma).mean(), 1e-12);
        assertEquals(1, EffectiveNeighbors.of(cycle, gamma).worst(), 1e-11);
        double[] ofPowers = new PeriodicVarianceMap(cycle).variances(gamma);
        assertEquals(1 / (1 - gamma), ofPowers[0], 1e-11 / (1 - gamma)); // powers never equal their squares
    }

    @Test
    void exactAveragingCountsEveryWorker() {
        assertEquals(12, EffectiveNeighbors.of(GoldenSchemes.of("Fully connected", 12), 0.97).worst(), 1e-10);
        assertEquals(1, EffectiveNeighbors.of(GoldenSchemes.of("Fully connected", 1), 0.97).worst(), 1e-12);
    }

    @Test
    void aGrowingWalkIsAnError() {
        MixingMatrix amplifying = MixingMatrix.of(new double[][] {{2, -1}, {-1, 2}});
        Scheme symmetric = PeriodicScheme.constant("amplifying", amplifying);
        Scheme general = PeriodicScheme.constant("amplifying", MixingMatrix.of(new double[][] {{3, -2}, {-1, 2}}));
        for (Scheme scheme : List.of(symmetric, general)) {
            ArithmeticException error =
                    assertThrows(ArithmeticException.class, () -> EffectiveNeighbors.of(scheme, 0.9));
            assertTrue(error.getMessage().contains("eigenvalue larger than 1"), error.getMessage());
        }
        ArithmeticException error =
                assertThrows(ArithmeticException.class, () -> new SymmetricVarianceMap(amplifying).variances(0.9));
        assertTrue(error.getMessage().contains("for gamma 0.9"), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
    void gammaIsADecay(double gamma) {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> EffectiveNeighbors.of(GoldenSchemes.of("Ring", 4), gamma));
        assertEquals("gamma is at least 0 and below 1, got " + gamma, error.getMessage());
    }

    @Test
    void phaseIsWithinThePeriod() {
        RandomWalk walk = RandomWalk.of(GoldenSchemes.exponential(8));
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> walk.covariance(0.5, 3));
        assertEquals("the phase is at least 0 and below the period 3, got 3", error.getMessage());
    }
}
