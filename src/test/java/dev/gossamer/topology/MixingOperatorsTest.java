package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemes made of schemes, beside recursions over dense matrices. */
class MixingOperatorsTest {

    private static final Scheme RING = Topologies.parse("ring", 8);

    private static Scheme made(String operator, Scheme scheme, int rounds) {
        return switch (operator) {
            case "rounds" -> MixingOperators.rounds(scheme, rounds);
            case "fastmix" -> MixingOperators.fastMix(scheme, rounds);
            case "chebyshev" -> MixingOperators.chebyshev(scheme, rounds);
            default -> throw new AssertionError(operator);
        };
    }

    /** The figures are from an independent implementation. */
    @ParameterizedTest
    @CsvSource({"rounds, 1, 0.805", "rounds, 3, 0.521", "fastmix, 3, 0.320", "chebyshev, 3, 0.253"})
    void consensusErrorOfTheRingShrinks(String operator, int rounds, double contraction) {
        double[] eigenvalues = eigenvalues(made(operator, RING, rounds).at(0).toDense());
        double second = 0;
        for (double value : eigenvalues) {
            if (Math.abs(value - 1) > 1e-9) {
                second = Math.max(second, Math.abs(value));
            }
        }
        assertEquals(contraction, second, 0.0005);
    }

    /** The recursions as they are published, with eigenvalues of a dense decomposition. */
    @Test
    void agreesWithTheRecursionsOnRandomGraphs() {
        Random random = new Random(5);
        for (int trial = 0; trial < 60; trial++) {
            int n = 2 + random.nextInt(14);
            Scheme scheme = Topologies.parse("erdos-renyi-0.6-seed-" + trial, n);
            double[][] w = scheme.at(0).toDense();
            double l = secondSize(w);
            int rounds = 1 + random.nextInt(6);
            double gamma = 1 - random.nextDouble();
            assertNear(power(w, rounds), MixingOperators.rounds(scheme, rounds));
            assertNear(fastMix(w, l, rounds), MixingOperators.fastMix(scheme, rounds));
            assertNear(l < 1e-9 ? power(w, rounds) : chebyshev(w, l, rounds),
                    MixingOperators.chebyshev(scheme, rounds));
            double[][] damped = fastMix(w, l, rounds);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    damped[i][j] = gamma * damped[i][j] + (i == j ? 1 - gamma : 0);
                }
            }
            assertNear(damped, MixingOperators.stepSize(MixingOperators.fastMix(scheme, rounds), gamma));
        }
    }

    private static void assertNear(double[][] expected, Scheme scheme) {
        double[][] found = scheme.at(7).toDense();
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], found[i], 1e-11, scheme.name());
        }
        assertTrue(scheme.at(0).isDoublyStochastic(1e-13), scheme.name());
    }

    private static double[][] power(double[][] w, int rounds) {
        return new Array2DRowRealMatrix(w).power(rounds).getData();
    }

    private static double[][] fastMix(double[][] w, double l, int rounds) {
        double s = Math.sqrt(1 - l * l);
        double eta = (1 - s) / (1 + s);
        double[][] before = identity(w.length);
        double[][] now = identity(w.length);
        for (int k = 0; k < rounds; k++) {
            double[][] next = sum(1 + eta, times(w, now), -eta, before);
            before = now;
            now = next;
        }
        return now;
    }

    private static double[][] chebyshev(double[][] w, double l, int rounds) {
        double aBefore = 1;
        double a = 1 / l;
        double[][] before = identity(w.length);
        double[][] now = w;
        for (int k = 1; k < rounds; k++) {
            double aNext = 2 * a / l - aBefore;
            double[][] next = sum(2 * a / (l * aNext), times(w, now), -aBefore / aNext, before);
            aBefore = a;
            a = aNext;
            before = now;
            now = next;
        }
        return now;
    }

    private static double[][] sum(double a, double[][] x, double b, double[][] y) {
        return new Array2DRowRealMatrix(x).scalarMultiply(a)
                .add(new Array2DRowRealMatrix(y).scalarMultiply(b)).getData();
    }

    private static double[][] times(double[][] a, double[][] b) {
        return new Array2DRowRealMatrix(a).multiply(new Array2DRowRealMatrix(b)).getData();
    }

    private static double[][] identity(int n) {
        return MixingMatrix.identity(n).toDense();
    }

    private static double[] eigenvalues(double[][] symmetric) {
        EigenDecomposition_F64<DMatrixRMaj> dense = DecompositionFactory_DDRM.eig(symmetric.length, true, true);
        assertTrue(dense.decompose(new DMatrixRMaj(symmetric)));
        return IntStream.range(0, symmetric.length).mapToDouble(k -> dense.getEigenvalue(k).getReal()).toArray();
    }

    /** Without one eigenvalue 1, the largest in size that is left. */
    private static double secondSize(double[][] w) {
        double[] values = eigenvalues(w);
        int one = 0;
        for (int k = 0; k < values.length; k++) {
            one = Math.abs(values[k] - 1) < Math.abs(values[one] - 1) ? k : one;
        }
        double size = 0;
        for (int k = 0; k < values.length; k++) {
            size = k == one ? size : Math.max(size, Math.abs(values[k]));
        }
        return size;
    }

    @Test
    void theEndsOfTheSpectrumAreThoseOfADenseDecomposition() {
        for (String name : new String[] {"ring", "chain", "star", "fully-connected", "hypercube", "random-regular-4"}) {
            for (int n : new int[] {2, 8, 32, 64}) {
                if (name.equals("random-regular-4") && n < 8) {
                    continue;
                }
                MixingMatrix w = Topologies.parse(name, n).at(0);
                double[] values = eigenvalues(w.toDense());
                Arrays.sort(values);
                Spectrum spectrum = Spectrum.of(w);
                assertEquals(values[0], spectrum.smallest(), 1e-10, name + " of " + n);
                assertEquals(values[n - 2], spectrum.largest(), 1e-10, name + " of " + n);
            }
        }
        Spectrum ring = Spectrum.of(Topologies.parse("ring", 500).at(0));
        assertEquals(-1 / 3.0, ring.smallest(), 1e-12);
        assertEquals((1 + 2 * Math.cos(2 * Math.PI / 500)) / 3, ring.largest(), 1e-12);
        assertEquals(0, Spectrum.of(MixingMatrix.uniform(500)).size(), 1e-12);
        assertEquals(1, Spectrum.of(MixingMatrix.identity(3)).largest(), 1e-14);
        assertEquals(0, Spectrum.of(MixingMatrix.identity(1)).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rounds", "fastmix", "chebyshev"})
    void anExactAverageStaysOne(String operator) {
        for (int n : new int[] {1, 2, 7, 16}) {
            Scheme scheme = made(operator, MixingOperators.exactAverage(n), 3);
            for (double[] row : scheme.at(0).toDense()) {
                for (double weight : row) {
                    assertEquals(1.0 / n, weight, 1e-14);
                }
            }
        }
    }

    @Test
    void roundsTakeDirectedAndChangingTopologies() {
        Scheme uni = MixingOperators.rounds(Topologies.parse("uni-ring", 5), 2);
        assertNear(power(Topologies.parse("uni-ring", 5).at(0).toDense(), 2), uni);
        Scheme changing = Topologies.parse("time-varying-exponential", 8);
        Scheme twice = MixingOperators.rounds(changing, 2);
        assertEquals(OptionalInt.of(3), twice.period());
        for (int step = 0; step < 7; step++) {
            double[][] expected = power(changing.at(step).toDense(), 2);
            assertArrayEquals(expected[3], twice.at(step).toDense()[3], 1e-15);
            assertSame(twice.at(step), twice.at(step + 3));
        }
        Scheme drawn = MixingOperators.rounds(Topologies.parse("redrawn-random-matching", 6), 2);
        assertEquals(OptionalInt.empty(), drawn.period());
        assertNotSame(drawn.at(4), drawn.at(4));
        assertArrayEquals(drawn.at(4).toDense()[2], drawn.at(4).toDense()[2]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fastmix", "chebyshev"})
    void accelerationRefusesWhatItCannotAccelerate(String operator) {
        assertRefused(operator, Topologies.parse("uni-ring", 5),
                " needs the same symmetric mixing matrix at every step, but that of uni-ring is not symmetric;"
                        + " take a static undirected topology, such as ring, or acceleration none");
        assertRefused(operator, Topologies.parse("time-varying-ring", 8),
                " needs the same symmetric mixing matrix at every step, but that of time-varying-ring changes;"
                        + " take a static undirected topology, such as ring, or acceleration none");
        assertRefused(operator, Topologies.parse("solo", 4),
                " needs a topology whose mixing brings all workers together, but solo has a second eigenvalue of size"
                        + " 1; take a connected topology with weights on the diagonal, such as ring, or acceleration"
                        + " none");
    }

    private static void assertRefused(String operator, Scheme scheme, String sentence) {
        assertEquals(operator + sentence, assertThrows(IllegalArgumentException.class,
                () -> made(operator, scheme, 2)).getMessage());
    }

    @Test
    void oneRoundAndAWholeStepAreTheSchemeItself() {
        assertSame(RING, MixingOperators.rounds(RING, 1));
        assertSame(RING, MixingOperators.stepSize(RING, 1));
        assertSame(RING, MixingOperators.localSteps(RING, 1));
        assertThrows(IllegalArgumentException.class, () -> MixingOperators.rounds(RING, 0));
        assertThrows(IllegalArgumentException.class, () -> MixingOperators.stepSize(RING, 0));
        assertThrows(IllegalArgumentException.class, () -> MixingOperators.stepSize(RING, 1.01));
        assertThrows(IllegalArgumentException.class, () -> MixingOperators.localSteps(RING, 0));
    }

    @Test
    void localStepsMixByEachMatrixInTurn() {
        Scheme changing = Topologies.parse("time-varying-exponential", 8);
        Scheme local = MixingOperators.localSteps(changing, 4);
        assertEquals(OptionalInt.of(12), local.period());
        for (int step = 0; step < 30; step++) {
            if (step % 4 == 3) {
                assertSame(changing.at(step / 4), local.at(step));
            } else {
                assertArrayEquals(identity(8), local.at(step).toDense());
                assertSame(local.at(0), local.at(step));
            }
            assertEquals(step % 4 == 3 ? new Traffic(8, 8) : new Traffic(0, 0), local.traffic(step));
        }
        assertTrue(local.isConnected() && local.isDoublyStochastic() && !local.isSymmetric());
    }

    @Test
    void periodicAveragingIsGossipInBetween() {
        Scheme changing = Topologies.parse("time-varying-exponential", 8);
        Scheme averaged = MixingOperators.periodicAveraging(changing, 4);
        for (int step = 0; step < 30; step++) {
            if (step % 4 == 3) {
                assertArrayEquals(MixingMatrix.uniform(8).toDense(), averaged.at(step).toDense());
            } else {
                assertSame(changing.at(step), averaged.at(step));
            }
        }
        assertEquals(OptionalInt.of(12), averaged.period());
    }

    /** A worker of a ring all-reduce sends 2 (n - 1) messages of d / n values. */
    @Test
    void whatIsSentIsNotWhatTheMatrixSays() {
        assertEquals(new Traffic(48, 48), MixingOperators.fastMix(RING, 3).traffic(0));
        assertEquals(new Traffic(16, 16), MixingOperators.stepSize(RING, 0.5).traffic(0));
        assertEquals(new Traffic(112, 14), MixingOperators.exactAverage(8).traffic(5));
        assertEquals(new Traffic(0, 0), MixingOperators.exactAverage(1).traffic(0));
        Scheme averaged = MixingOperators.periodicAveraging(RING, 4);
        assertEquals(3 * 16 / 4.0 + 112 / 4.0, averaged.messagesPerStep());
        assertEquals((3 * 16 + 14) / 4.0 * 4 * 100, averaged.bytesPerStep(100));
        assertEquals(2, MixingOperators.rounds(RING, 3).maxDegree());
    }

    /** Where the average falls into the phases of a period, the other phases count the more. */
    @Test
    void meansAreThoseOfAllSteps() {
        for (String name : new String[] {"ring", "base-1", "one-peer-chain", "time-varying-exponential"}) {
            for (int every = 2; every <= 12; every++) {
                Scheme inner = Topologies.parse(name, 6);
                assertMean(MixingOperators.localSteps(inner, every));
                assertMean(MixingOperators.periodicAveraging(MixingOperators.rounds(inner, 2), every));
                assertMean(MixingOperators.localSteps(MixingOperators.exactAverage(6), every));
            }
        }
    }

    private static void assertMean(Scheme scheme) {
        double messages = 0;
        double vectors = 0;
        int period = scheme.period().orElseThrow();
        for (int step = 0; step < period; step++) {
            messages += scheme.traffic(step).messages();
            vectors += scheme.traffic(step).vectors();
            assertSame(scheme.at(step), scheme.at(step + period));
        }
        assertEquals(messages / period, scheme.messagesPerStep(), 1e-12 * messages, scheme.name());
        assertEquals(vectors / period, scheme.vectorsPerStep(), 1e-12 * vectors, scheme.name());
    }

    @Test
    void aPeriodThatIsTooLongIsNone() {
        assertEquals(OptionalInt.of(65_536), MixingOperators.localSteps(RING, 65_536).period());
        assertEquals(OptionalInt.empty(), MixingOperators.localSteps(RING, 65_537).period());
        assertEquals(OptionalInt.empty(), MixingOperators.localSteps(RING, Integer.MAX_VALUE).period());
        assertEquals(OptionalInt.empty(),
                MixingOperators.localSteps(Topologies.parse("redrawn-random-matching", 6), 2).period());
        assertEquals(16 / 65_537.0, MixingOperators.localSteps(RING, 65_537).messagesPerStep());
        assertTrue(MixingOperators.localSteps(RING, 65_537).isConnected());
    }
}
