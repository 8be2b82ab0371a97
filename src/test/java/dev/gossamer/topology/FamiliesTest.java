package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every family promises, for every number of workers it takes. */
class FamiliesTest {

    private static final double TOLERANCE = 1e-12;
    private static final int MOST_WORKERS = 70;

    /** A family, the numbers of workers it takes, the largest degree for n workers, and whether it is symmetric. */
    record Promise(String topology, IntPredicate takes, IntUnaryOperator degree, boolean symmetric) {}

    static List<Promise> promises() {
        return List.of(
                new Promise("ring", n -> n >= 2, n -> Math.min(2, n - 1), true),
                new Promise("fully-connected", n -> n >= 1, n -> n - 1, true),
                new Promise("solo", n -> n >= 1, n -> 0, true),
                new Promise("time-varying-exponential", n -> n >= 2, n -> 1, false),
                new Promise("star", n -> n >= 2, n -> n - 1, true),
                new Promise("hypercube", List.of(2, 4, 8, 16, 32, 64)::contains, FamiliesTest::log2, true),
                new Promise("torus", FamiliesTest::isComposite, FamiliesTest::torusDegree, true));
    }

    private static int log2(int n) {
        return (int) Math.round(Math.log(n) / Math.log(2));
    }

    private static boolean isComposite(int n) {
        for (int a = 2; a < n; a++) {
            for (int b = 2; a * b <= n; b++) {
                if (a * b == n) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The distinct workers at distance 1 and at distance c on a cycle of n, c being the longer side of the squarest
     * rectangle.
     */
    private static int torusDegree(int n) {
        int c = n;
        for (int a = 2; a * a <= n; a++) {
            if (n % a == 0) {
                c = n / a;
            }
        }
        return (int) IntStream.of(1, n - 1, c, n - c).distinct().count();
    }

    private static List<Scheme> schemes(Promise promise) {
        List<Scheme> schemes = new ArrayList<>();
        for (int n = 1; n <= MOST_WORKERS; n++) {
            if (promise.takes.test(n)) {
                schemes.add(Topologies.parse(promise.topology, n));
            }
        }
        return schemes;
    }

    @ParameterizedTest
    @MethodSource("promises")
    void takesExactlyItsNumbersOfWorkers(Promise promise) {
        for (int n = 0; n <= MOST_WORKERS; n++) {
            boolean taken = true;
            try {
                assertEquals(n, Topologies.parse(promise.topology, n).workers());
            } catch (IllegalArgumentException refused) {
                taken = false;
            }
            assertEquals(promise.takes.test(n), taken, promise.topology + " of " + n);
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void everyMatrixIsDoublyStochasticAndNonnegative(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            for (int step = 0; step < scheme.period(); step++) {
                double[][] w = scheme.at(step).toDense();
                for (int i = 0; i < w.length; i++) {
                    double column = 0;
                    for (double[] row : w) {
                        assertTrue(row[i] >= 0);
                        column += row[i];
                    }
                    assertEquals(1, Arrays.stream(w[i]).sum(), TOLERANCE);
                    assertEquals(1, column, TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void symmetricWhereItPromises(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            if (promise.symmetric) {
                assertTrue(scheme.at(0).isSymmetric(0), scheme.name() + " of " + scheme.workers());
                assertEquals(1, scheme.period());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void hasItsDegree(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            for (int step = 0; step < scheme.period(); step++) {
                int expected = promise.degree.applyAsInt(scheme.workers());
                assertEquals(expected, scheme.at(step).maxDegree(), scheme.name() + " of " + scheme.workers());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void mixingForLongReachesTheMeanUnlessSolo(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            int n = scheme.workers();
            if (n > 1 && n <= 16) {
                double[] x = new double[n];
                x[0] = n;
                for (int step = 0; step < 3000; step++) {
                    x = mix(scheme.at(step), x);
                }
                double[] expected = unit(n);
                if (!promise.topology.equals("solo")) {
                    Arrays.fill(expected, 1);
                }
                assertArrayEquals(expected, x, 1e-9, scheme.name() + " of " + n);
            }
        }
    }

    private static double[] unit(int n) {
        double[] x = new double[n];
        x[0] = n;
        return x;
    }

    private static double[] mix(MixingMatrix w, double[] x) {
        double[] mixed = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                mixed[i] += w.weight(k) * x[w.column(k)];
            }
        }
        return mixed;
    }

    @Test
    void exponentialAveragesExactlyInOnePeriodForPowersOfTwoOnly() {
        for (int n = 2; n <= 256; n++) {
            Scheme scheme = Topologies.parse("time-varying-exponential", n);
            double[] x = unit(n);
            for (int step = 0; step < scheme.period(); step++) {
                x = mix(scheme.at(step), x);
            }
            boolean exact = Arrays.stream(x).allMatch(value -> value == 1);
            assertEquals(Integer.bitCount(n) == 1, exact, "n = " + n);
        }
    }

    @Test
    void exponentialReceivesFromThePowersOfTwoAhead() {
        Scheme scheme = Topologies.parse("time-varying-exponential", 11);

        assertEquals(4, scheme.period());
        for (int step = 0; step < 12; step++) {
            for (int i = 0; i < 11; i++) {
                int sender = (i + List.of(1, 2, 4, 8).get(step % 4)) % 11;
                assertEquals(0.5, scheme.at(step).get(i, sender));
                assertEquals(0.5, scheme.at(step).get(i, i));
            }
        }
    }

    @Test
    void squarestTorusHasItsSidesInItsName() {
        assertEquals("torus-4x8", Topologies.parse("torus", 32).name());
        assertEquals("torus-6x6", Topologies.parse("torus", 36).name());
        assertEquals("torus-2x7", Topologies.parse("torus", 14).name());
        assertEquals("torus-3x4", Topologies.parse("torus", 12).name());
    }
}
