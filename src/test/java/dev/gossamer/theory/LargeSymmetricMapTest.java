package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Spectrum;
import dev.gossamer.topology.Topologies;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps with the sparse matrix against the eigendecomposition of the dense one, which is another way altogether. */
class LargeSymmetricMapTest {

    private static final String[] FAMILIES = {
        "chain", "grid", "star", "binary-tree", "3-tree", "two-cliques", "random-regular-4", "erdos-renyi-0.5",
        "small-world-4-0.1", "artificial-nice-0.5", "chain+lazy", "chain+best-constant", "ring"
    };

    static Stream<Scheme> schemes() {
        Stream<Scheme> named = Stream.of(8, 16, 31, 64).flatMap(n -> Stream.of(FAMILIES)
                .filter(name -> n % 2 == 0 || !name.equals("two-cliques"))
                .filter(name -> n != 31 || !name.equals("grid"))
                .map(name -> Topologies.parse(name, n)));
        return Stream.concat(named, Stream.of(RandomSchemes.symmetric(70, 1), RandomSchemes.symmetric(130, 2)));
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void variancesAreThoseOfTheEigendecomposition(Scheme scheme) {
        MixingMatrix w = scheme.at(0);
        LargeSymmetricMap large = new LargeSymmetricMap(w);
        SymmetricVarianceMap dense = new SymmetricVarianceMap(w);
        double[] noise = new Random(3).doubles(w.workers(), 0, 2).toArray();
        for (double gamma : new double[] {0, 0.5, 0.951, 0.999}) {
            assertNear(dense.variances(gamma), large.variances(gamma));
            assertNear(dense.variances(gamma, noise), large.variances(gamma, noise));
        }
        assertArrayEquals(new double[w.workers()], large.variances(0.9, new double[w.workers()]));
    }

    /** A clique and a chain beside each other: with little noise one of them is slower, with much the other. */
    @ParameterizedTest
    @ValueSource(doubles = {3, 30, 100, 200, 300, 400, 1000, 1e5})
    void theBestRateOfPartsIsThatOfTheSlowerOne(double zeta) {
        MixingMatrix clique = Topologies.parse("fully-connected", 6).at(0);
        MixingMatrix chain = Topologies.parse("chain", 40).at(0);
        RandomQuadratic ofClique = new RandomQuadratic(new SymmetricVarianceMap(clique), zeta);
        RandomQuadratic ofChain = new RandomQuadratic(new SymmetricVarianceMap(chain), zeta);
        LargeSymmetricRates both = new LargeSymmetricMap(besideEachOther(clique, chain)).rates(zeta);
        DoubleUnaryOperator slower = rate -> Math.min(ofClique.exactRate(rate).orElse(-1),
                ofChain.exactRate(rate).orElse(-1));
        BestRate best = both.best();
        BestRate ofFew = new RandomQuadratic(new SymmetricVarianceMap(besideEachOther(clique, chain)), zeta)
                .exactBest();
        assertEquals(best.rate(), ofFew.rate(), 1e-7 * best.rate());
        assertEquals(slower.applyAsDouble(best.learningRate()), best.rate(), 1e-7 * best.rate());
        for (double factor : new double[] {0.5, 0.9, 0.99, 0.9999, 1.0001, 1.01, 1.1, 2}) {
            double learningRate = factor * best.learningRate();
            double expected = slower.applyAsDouble(learningRate);
            assertTrue(expected <= best.rate() * (1 + 1e-7), factor + ": " + expected + " is above " + best.rate());
            assertEquals(expected, both.rate(learningRate).orElse(-1), 1e-9);
        }
    }

    private static MixingMatrix besideEachOther(MixingMatrix first, MixingMatrix second) {
        int n = first.workers();
        double[][] weights = new double[n + second.workers()][n + second.workers()];
        for (int i = 0; i < weights.length; i++) {
            double[] row = i < n ? first.toDense()[i] : second.toDense()[i - n];
            System.arraycopy(row, 0, weights[i], i < n ? 0 : n, row.length);
        }
        return MixingMatrix.of(weights);
    }

    private static void assertNear(double[] expected, double[] actual) {
        assertArrayEquals(expected, actual, 1e-9 * Arrays.stream(expected).max().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void ratesAreThoseOfTheEigendecomposition(Scheme scheme) {
        RandomQuadratic dense = new RandomQuadratic(new SymmetricVarianceMap(scheme.at(0)), 50);
        LargeSymmetricRates large = new LargeSymmetricMap(scheme.at(0)).rates(50);
        for (double learningRate : new double[] {0.005, 0.03, 0.1}) {
            assertEquals(dense.exactRate(learningRate).isPresent(), large.rate(learningRate).isPresent());
            assertEquals(dense.exactRate(learningRate).orElse(0), large.rate(learningRate).orElse(0), 1e-9);
        }
        BestRate expected = dense.exactBest();
        BestRate found = new LargeSymmetricMap(scheme.at(0)).rates(50).best();
        assertEquals(expected.rate(), found.rate(), 1e-9);
        assertEquals(1, found.learningRate() / expected.learningRate(), 1e-4);
    }

    @Test
    void ratesOfOtherNoiseAreThoseOfTheEigendecomposition() {
        MixingMatrix w = Topologies.parse("small-world-4-0.1", 40).at(0);
        for (double zeta : new double[] {1, 1.5, 4, 1000}) {
            RandomQuadratic dense = new RandomQuadratic(new SymmetricVarianceMap(w), zeta);
            LargeSymmetricRates large = new LargeSymmetricMap(w).rates(zeta);
            assertEquals(dense.exactBest().rate(), large.best().rate(), 1e-9, "zeta " + zeta);
            assertEquals(dense.exactRate(1).orElse(0), large.rate(1).orElse(0), 1e-9, "zeta " + zeta);
        }
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void theSpectralGapNeedsNoEigendecomposition(Scheme scheme) {
        assertEquals(SpectralGap.of(scheme), 1 - Spectrum.of(scheme.at(0)).size(), 1e-10);
    }

    /** The limit above which nothing is decomposed is of no consequence for what is found. */
    @ParameterizedTest
    @ValueSource(strings = {"star", "binary-tree", "two-cliques", "artificial-nice-0.5", "random-regular-4"})
    void justAboveTheLimitNothingChanges(String topology) {
        Scheme scheme = Topologies.parse(topology, VarianceMap.MOST_DECOMPOSED + 2);
        SymmetricVarianceMap dense = new SymmetricVarianceMap(scheme.at(0));
        VarianceMap found = VarianceMap.of(scheme);
        double[] noise = new Random(3).doubles(scheme.workers(), 0, 2).toArray();
        assertNear(dense.variances(0.951), found.variances(0.951));
        assertNear(dense.variances(0.951, noise), found.variances(0.951, noise));
        RandomQuadratic exact = new RandomQuadratic(dense, 50);
        RandomQuadratic quadratic = new RandomQuadratic(found, 50);
        BestRate best = quadratic.exactBest();
        double rate = exact.exactRate(best.learningRate()).orElseThrow();
        assertEquals(rate, best.rate(), 1e-9);
        for (double factor : new double[] {0.99, 1.01}) {
            assertTrue(exact.exactRate(factor * best.learningRate()).orElseThrow() < rate);
        }
    }

    /** Where gradients are noise, decays are as near to 1 as learning rates are small. */
    @Test
    void muchNoiseIsNoHindrance() {
        Scheme scheme = Topologies.parse("chain", VarianceMap.MOST_DECOMPOSED + 2);
        BestRate best = new RandomQuadratic(scheme, 1e8).exactBest();
        RandomQuadratic exact = new RandomQuadratic(new SymmetricVarianceMap(scheme.at(0)), 1e8);
        assertEquals(1, best.rate() / exact.exactRate(best.learningRate()).orElseThrow(), 1e-6);
        assertTrue(exact.exactRate(1.02 * best.learningRate()).orElseThrow() < best.rate());
        assertTrue(exact.exactRate(0.98 * best.learningRate()).orElseThrow() < best.rate());
    }

    @Test
    void sameStepsSameBits() {
        MixingMatrix w = Topologies.parse("small-world-4-0.1", 300).at(0);
        assertArrayEquals(new LargeSymmetricMap(w).variances(0.9), new LargeSymmetricMap(w).variances(0.9));
    }

    @Test
    void wherePowersGrowThereIsNoCovariance() {
        MixingMatrix w = MixingMatrix.of(new double[][] {{-0.5, 1.5}, {1.5, -0.5}});
        assertThrows(ArithmeticException.class, () -> new LargeSymmetricMap(w).variances(0.9));
    }

    @Test
    @Tag("slow")
    void of1024WorkersAllIsFoundWithinAMinute() {
        for (String name : new String[] {
            "chain", "grid", "star", "binary-tree", "two-cliques", "random-regular-3", "erdos-renyi-0.2",
            "small-world-4-0.1", "artificial-nice-0.5"
        }) {
            long start = System.nanoTime();
            Scheme scheme = Topologies.parse(name, 1024);
            RandomWalk walk = RandomWalk.of(scheme);
            double gap = SpectralGap.of(scheme);
            EffectiveNeighbors neighbors = walk.effectiveNeighbors(0.951);
            BestRate best = new RandomQuadratic(walk, 50).exactBest();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("%s, 1024 workers: gap %.3g, n_eff %.4g, %s in %.1f s%n",
                    name, gap, neighbors.mean(), best, seconds);
            assertTrue(gap > 0 && neighbors.worst() > 1 && best.rate() > 0.02, name);
            assertTrue(seconds < 60, name + " took " + seconds + " s");
        }
    }
}
