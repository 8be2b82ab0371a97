package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockCirculantTest {

    /** Rows of shares, some random, that repeat, moved, after a block; neither symmetric nor doubly stochastic. */
    private static Scheme random(int block, int blocks, int period, long seed) {
        Random random = new Random(seed);
        int n = block * blocks;
        List<MixingMatrix> phases = new ArrayList<>();
        for (int phase = 0; phase < period; phase++) {
            double[][] firstRows = new double[block][n];
            for (int r = 0; r < block; r++) {
                firstRows[r][r] += 0.4;
                firstRows[r][random.nextInt(n)] += 0.35;
                firstRows[r][(r + 1) % n] += 0.25;
            }
            phases.add(MixingMatrix.ofRows(n, i -> {
                double[] row = new double[n];
                for (int j = 0; j < n; j++) {
                    row[(j + i - i % block) % n] = firstRows[i % block][j];
                }
                return row;
            }));
        }
        return new PeriodicScheme("random", phases);
    }

    private static List<Scheme> schemes() {
        List<Scheme> schemes = new ArrayList<>();
        for (int n = 4; n <= 20; n += 2) {
            schemes.add(Topologies.parse("time-varying-ring", n));
            schemes.add(Topologies.parse("one-peer-ring", n));
            schemes.add(Topologies.parse("time-varying-ring+lazy", n));
        }
        for (int block = 2; block <= 4; block++) {
            for (int blocks = 2; blocks <= 5; blocks++) {
                schemes.add(random(block, blocks, 1 + blocks % 3, 10 * block + blocks));
            }
        }
        return schemes;
    }

    private static BlockCirculant of(Scheme scheme) {
        return BlockCirculant.of(scheme).orElseThrow();
    }

    @Test
    void findsTheSmallestBlock() {
        assertEquals(2, of(Topologies.parse("time-varying-ring", 12)).block());
        assertEquals(3, of(random(3, 4, 2, 1)).block());
        assertEquals(Optional.empty(), BlockCirculant.of(RandomSchemes.chain(12)));
        assertEquals(Optional.empty(), BlockCirculant.of(RandomSchemes.directed(12, 2, 1)));
    }

    @Test
    void variancesAndCovariancesAreThoseOfDenseProducts() {
        for (Scheme scheme : schemes()) {
            VarianceMap dense = new PeriodicVarianceMap(scheme);
            VarianceMap blocks = new BlockVarianceMap(of(scheme));
            int n = scheme.workers();
            int b = blocks.classes();
            double[] noise = new Random(3).doubles(blocks.phases() * b, 0.5, 2).toArray();
            double[] perWorker = new double[blocks.phases() * n];
            for (int k = 0; k < perWorker.length; k++) {
                perWorker[k] = noise[k / n * b + k % n % b];
            }
            for (double gamma : new double[] {0, 0.5, 0.951, 0.9999}) {
                double[] expected = dense.variances(gamma, perWorker);
                double[] found = blocks.variances(gamma, noise);
                for (int k = 0; k < expected.length; k++) {
                    assertEquals(1, found[k / n * b + k % n % b] / expected[k], 1e-9, scheme.name() + " of " + n);
                }
                for (int phase = 0; phase < blocks.phases(); phase++) {
                    double[][] whole = dense.covariance(gamma, phase);
                    double[][] found2 = blocks.covariance(gamma, phase);
                    for (int i = 0; i < n; i++) {
                        assertArrayEquals(whole[i], found2[i], 1e-9 * whole[0][0], scheme.name() + " of " + n);
                    }
                }
            }
        }
    }

    @Test
    void gapsAndRatesAreThoseOfDenseProducts() {
        for (Scheme scheme : schemes()) {
            String name = scheme.name() + " of " + scheme.workers();
            // Where eigenvalues coincide without eigenvectors of their own, half of the digits of each way are lost.
            assertEquals(denseGap(scheme), SpectralGap.of(scheme), 2e-6, name);
            double expected = new RandomQuadratic(new PeriodicVarianceMap(scheme), 50).exactRate(0.03).orElseThrow();
            assertEquals(expected, new RandomQuadratic(scheme, 50).exactRate(0.03).orElseThrow(), 1e-9, name);
        }
    }

    /** The product over a period less what its powers come to, which has the size of the second eigenvalue. */
    private static double denseGap(Scheme scheme) {
        double[][] product = scheme.at(0).toDense();
        for (int phase = 1; phase < scheme.period().getAsInt(); phase++) {
            product = SpectralRadius.product(scheme.at(phase).toDense(), product);
        }
        double[][] limit = product;
        for (int squaring = 0; squaring < 20; squaring++) {
            limit = SpectralRadius.product(limit, limit);
        }
        double[][] rest = new double[product.length][product.length];
        for (int i = 0; i < rest.length; i++) {
            for (int j = 0; j < rest.length; j++) {
                rest[i][j] = product[i][j] - limit[i][j];
            }
        }
        return 1 - SpectralRadius.of(rest);
    }

    @Test
    void thousandsOfWorkersTakeLittleTime() {
        long start = System.nanoTime();
        Scheme scheme = Topologies.parse("time-varying-ring", 4096);
        assertTrue(SpectralGap.of(scheme) > 0);
        assertTrue(new RandomQuadratic(scheme, 50).exactBest().rate() > 0.1);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertTrue(seconds < 10, "took " + seconds + " s"); // a second on a machine that has nothing else to do
    }
}
