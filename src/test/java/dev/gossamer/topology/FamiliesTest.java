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
    /** Some families make, for so few workers, the complete graph. */
    private static final int MOST_EXACT_BY_CHANCE = 5;

    private static final IntPredicate NEVER = n -> false;
    private static final IntPredicate ALWAYS = n -> true;

    /**
     * A family; the numbers of workers it takes; the largest degree and the period for n workers (-1 where other tests
     * bound it); and where it averages exactly in a period.
     */
    record Promise(
            String topology, IntPredicate takes, IntUnaryOperator degree, IntUnaryOperator period, IntPredicate exact) {

        boolean isSymmetric() {
            return !List.of("uni-ring", "static-exponential", "time-varying-exponential").contains(topology);
        }

        boolean isNonnegative() {
            return !topology.startsWith("artificial-nice");
        }
    }

    private static Promise fixed(String topology, IntPredicate takes, IntUnaryOperator degree) {
        return new Promise(topology, takes, degree, n -> 1, NEVER);
    }

    private static IntPredicate atLeast(int least) {
        return n -> n >= least;
    }

    static List<Promise> promises() {
        return List.of(
                fixed("ring", atLeast(2), n -> Math.min(2, n - 1)),
                fixed("chain", atLeast(2), n -> Math.min(2, n - 1)),
                new Promise("fully-connected", atLeast(1), n -> n - 1, n -> 1, ALWAYS),
                fixed("solo", atLeast(1), n -> 0),
                fixed("star", atLeast(2), n -> n - 1),
                fixed("star-1", atLeast(2), n -> n - 1),
                fixed("binary-tree", atLeast(2), n -> n < 4 ? n - 1 : 3),
                fixed("binary-tree-reversed", atLeast(2), n -> n < 4 ? n - 1 : 3),
                fixed("2-tree", atLeast(2), n -> Math.min(n - 1, 2)),
                fixed("5-tree", atLeast(2), n -> Math.min(n - 1, 5)),
                fixed("two-cliques", atLeast(2), n -> (n + 1) / 2),
                fixed("hypercube", List.of(2, 4, 8, 16, 32, 64)::contains, FamiliesTest::log2),
                fixed("torus", FamiliesTest::isComposite, FamiliesTest::torusDegree),
                fixed("grid", FamiliesTest::isComposite, FamiliesTest::gridDegree),
                fixed("social-network", n -> n == 32, n -> 14),
                fixed("social-network-tree", n -> n == 32, n -> 8),
                fixed("uni-ring", atLeast(2), n -> 1),
                fixed("static-exponential", atLeast(2), FamiliesTest::powersBelow),
                fixed("random-regular-3", n -> n >= 4 && n % 2 == 0, n -> 3),
                fixed("random-regular-4-seed-5", atLeast(5), n -> 4),
                fixed("erdos-renyi-0.6", atLeast(2), n -> -1),
                fixed("small-world-4-0.2", atLeast(6), n -> -1),
                fixed("mix-0.3", atLeast(1), n -> n - 1),
                fixed("artificial-adversarial-0.05", atLeast(1), n -> n - 1),
                fixed("artificial-nice-0.05", atLeast(2), n -> -1),
                new Promise("time-varying-exponential", atLeast(2), n -> 1, FamiliesTest::powersBelow,
                        n -> isPowerOf(2, n)),
                new Promise("time-varying-ring", n -> n >= 2 && n % 2 == 0, n -> 1, n -> 2, NEVER),
                new Promise("double-binary-trees", atLeast(2), n -> n < 4 ? n - 1 : 3, n -> 2, NEVER),
                new Promise("local-steps-3", atLeast(1), n -> n - 1, n -> 3, ALWAYS),
                new Promise("hyper-hypercube-1", n -> n >= 2 && isPowerOf(2, n), n -> 1, FamiliesTest::log2, ALWAYS),
                new Promise("hyper-hypercube-4", n -> n >= 2 && onlyHas(n, 2, 3, 5), n -> -1, n -> -1, ALWAYS),
                new Promise("simple-base-1", atLeast(2), n -> 1, n -> -1, ALWAYS),
                new Promise("simple-base-3", atLeast(2), n -> -1, n -> -1, ALWAYS),
                new Promise("base-1", atLeast(2), n -> 1, n -> -1, ALWAYS),
                new Promise("base-2", atLeast(2), n -> -1, n -> -1, ALWAYS),
                new Promise("base-5", atLeast(2), n -> -1, n -> -1, ALWAYS),
                // Not exact after one round, but 256 of them get as near as rounding.
                new Promise("random-matching", atLeast(2), n -> 1, n -> 256, ALWAYS),
                new Promise("one-peer-chain", atLeast(2), n -> 1, n -> Math.min(n - 1, 2), NEVER),
                new Promise("one-peer-star", atLeast(2), n -> 1, n -> n - 1, NEVER));
    }

    private static int log2(int n) {
        return (int) Math.round(Math.log(n) / Math.log(2));
    }

    private static boolean isPowerOf(int base, int n) {
        return n == 1 || n % base == 0 && isPowerOf(base, n / base);
    }

    private static boolean onlyHas(int n, int... primes) {
        return n == 1 || Arrays.stream(primes).anyMatch(p -> n % p == 0 && onlyHas(n / p, primes));
    }

    private static int powersBelow(int n) {
        return (int) IntStream.range(0, 10).filter(j -> Math.pow(2, j) < n).count();
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

    private static int longerSide(int n) {
        return IntStream.rangeClosed(2, n).filter(a -> n % a == 0 && a * a >= n).min().orElseThrow();
    }

    /**
     * The distinct workers at distance 1 and at distance c on a cycle of n, c being the longer side of the squarest
     * rectangle.
     */
    private static int torusDegree(int n) {
        int c = longerSide(n);
        return (int) IntStream.of(1, n - 1, c, n - c).distinct().count();
    }

    private static int gridDegree(int n) {
        return Math.min(longerSide(n) - 1, 2) + Math.min(n / longerSide(n) - 1, 2);
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
    void everyMatrixIsDoublyStochasticAndSymmetricOrNonnegativeAsPromised(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            for (int step = 0; step < scheme.period().getAsInt(); step++) {
                check(scheme.at(step).toDense(), promise, scheme.name() + " of " + scheme.workers() + ", step " + step);
            }
            assertTrue(scheme.isDoublyStochastic() && scheme.isRowStochastic());
            assertTrue(scheme.isSymmetric() || !promise.isSymmetric());
            assertTrue(scheme.isNonnegative() || !promise.isNonnegative());
        }
    }

    private static void check(double[][] w, Promise promise, String place) {
        for (int i = 0; i < w.length; i++) {
            double row = 0;
            double column = 0;
            for (int j = 0; j < w.length; j++) {
                row += w[i][j];
                column += w[j][i];
                assertTrue(w[i][j] >= 0 || !promise.isNonnegative(), place);
                assertTrue(Math.abs(w[i][j] - w[j][i]) <= TOLERANCE || !promise.isSymmetric(), place);
            }
            assertEquals(1, row, TOLERANCE, place);
            assertEquals(1, column, TOLERANCE, place);
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void hasItsDegreeAndPeriod(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            String place = scheme.name() + " of " + scheme.workers();
            int degree = promise.degree.applyAsInt(scheme.workers());
            int period = promise.period.applyAsInt(scheme.workers());
            assertTrue(degree < 0 || scheme.maxDegree() == degree, place);
            assertTrue(period < 0 || scheme.period().getAsInt() == period, place);
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void averagesExactlyInOnePeriodWhereItPromises(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            int n = scheme.workers();
            boolean exact = promise.exact.test(n);
            if (exact || n > MOST_EXACT_BY_CHANCE) {
                double distance = Products.distanceFromAverage(Products.overPeriod(scheme));
                assertEquals(exact, distance < TOLERANCE, scheme.name() + " of " + n + " is off by " + distance);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void mixingForLongReachesTheMeanUnlessSolo(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            int n = scheme.workers();
            if (n > 1 && n <= 12) {
                double[][] x = new double[n][1];
                x[0][0] = 1;
                for (int step = 0; step < 3000; step++) {
                    x = Products.times(scheme.at(step), x);
                }
                boolean average = Products.distanceFromAverage(x) < 1e-9;
                assertEquals(!promise.topology.equals("solo"), average, scheme.name() + " of " + n);
                assertEquals(average, scheme.isConnected(), scheme.name() + " of " + n);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("promises")
    void isAFunctionOfItsNameAndWorkers(Promise promise) {
        for (Scheme scheme : schemes(promise)) {
            if (scheme.workers() < 40) {
                Scheme again = Topologies.parse(scheme.name(), scheme.workers());
                for (int step = 0; step < Math.min(scheme.period().getAsInt(), 8); step++) {
                    long later = step + 3L * again.period().getAsInt();
                    assertArrayEquals(scheme.at(step).toDense(), again.at(later).toDense());
                }
            }
        }
    }

    @Test
    void exponentialReceivesFromThePowersOfTwoAhead() {
        Scheme onePeer = Topologies.parse("time-varying-exponential", 11);
        MixingMatrix allPeers = Topologies.parse("static-exponential", 11).at(0);

        for (int step = 0; step < 12; step++) {
            for (int i = 0; i < 11; i++) {
                int sender = (i + List.of(1, 2, 4, 8).get(step % 4)) % 11;
                assertEquals(0.5, onePeer.at(step).get(i, sender));
                assertEquals(0.5, onePeer.at(step).get(i, i));
                assertEquals(0.2, allPeers.get(i, sender));
            }
        }
    }

    @Test
    void artificialMatricesHaveTheSpectralGapOfTheirName() {
        Scheme nice = Topologies.parse("artificial-nice-0.2", 16);
        Scheme adversarial = Topologies.parse("artificial-adversarial-0.2", 16);
        double[][] j = MixingMatrix.uniform(16).toDense();

        // W - J/n is 0.8 times a projection: of rank 1 (trace 1), and of rank 15 (trace 15).
        assertEquals(0.8 * 1 + 1, trace(nice.at(0).toDense()), TOLERANCE);
        assertEquals(0.8 * 15 + 1, trace(adversarial.at(0).toDense()), TOLERANCE);
        for (Scheme scheme : List.of(nice, adversarial)) {
            double[][] w = scheme.at(0).toDense();
            double[][] squared = Products.times(scheme.at(0), w);
            for (int i = 0; i < 16; i++) {
                for (int k = 0; k < 16; k++) {
                    assertEquals(0.8 * (w[i][k] - j[i][k]), squared[i][k] - j[i][k], TOLERANCE);
                }
            }
        }
    }

    private static double trace(double[][] matrix) {
        return IntStream.range(0, matrix.length).mapToDouble(i -> matrix[i][i]).sum();
    }
}
