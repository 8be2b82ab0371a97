package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemes of bounded degree that average exactly after one period. */
class FiniteTimeTest {

    private static final double TOLERANCE = 1e-12;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 9})
    void baseGraphsAverageAnyNumberOfWorkers(int degree) {
        for (int n = 2; n <= 130; n++) {
            Scheme simple = Topologies.parse("simple-base-" + degree, n);
            Scheme base = Topologies.parse("base-" + degree, n);
            for (Scheme scheme : List.of(simple, base)) {
                String place = scheme.name() + " of " + n;
                assertTrue(Products.distanceFromAverage(Products.overPeriod(scheme)) < TOLERANCE, place);
                assertTrue(scheme.maxDegree() <= degree, place);
                assertTrue(scheme.isSymmetric() && scheme.isDoublyStochastic() && scheme.isNonnegative(), place);
            }
            double digits = Math.floor(Math.log(n + 0.5) / Math.log(degree + 1));
            assertTrue(simple.period().getAsInt() <= 2 * digits + 2, simple.name() + " of " + n);
            assertTrue(base.period().getAsInt() <= simple.period().getAsInt(), base.name() + " of " + n);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "base-1, 6, 4", "base-1, 25, 9", "base-1, 64, 6", "base-2, 27, 3", "hyper-hypercube-4, 60, 3", "base-3, 4, 1"
    })
    void hasTheLengthOfThePaper(String topology, int workers, int rounds) {
        assertEquals(rounds, Topologies.parse(topology, workers).period().getAsInt());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6})
    void hyperHypercubesAverageInAsManyRoundsAsFactors(int degree) {
        for (int n = 2; n <= 130; n++) {
            if (largestPrime(n) <= degree + 1) {
                Scheme scheme = Topologies.parse("hyper-hypercube-" + degree, n);
                String place = scheme.name() + " of " + n;
                assertTrue(Products.distanceFromAverage(Products.overPeriod(scheme)) < TOLERANCE, place);
                assertTrue(scheme.maxDegree() <= degree, place);
                int reached = 1;
                for (int round = 0; round < scheme.period().getAsInt(); round++) {
                    reached *= scheme.at(round).maxDegree() + 1;
                }
                assertEquals(n, reached, place);
            }
        }
    }

    private static int largestPrime(int n) {
        for (int factor = 2; factor < n; factor++) {
            if (n % factor == 0) {
                return Math.max(factor, largestPrime(n / factor));
            }
        }
        return n;
    }

    @Test
    void hyperHypercubeOfDegreeOneTakesOneDimensionOfTheHypercubeAfterAnother() {
        Scheme scheme = Topologies.parse("hyper-hypercube-1", 16);

        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 16; i++) {
                assertEquals(0.5, scheme.at(round).get(i, i ^ 1 << round));
            }
        }
    }

    @Test
    void simpleBaseOfFiveByHand() {
        // 5 = 4 + 1 in base 2: {0, 1, 2, 3} averages in two rounds; 3 gives to 4 with weight 4/5 while 0 and 1 repeat
        // and 2 is left over; then {0, 1, 2, 3} averages again. By then 4 holds the mean of all.
        Scheme scheme = Topologies.parse("simple-base-1", 5);

        assertEquals(5, scheme.period().getAsInt());
        MixingMatrix donation = scheme.at(2);
        assertEquals(0.8, donation.get(4, 3), TOLERANCE);
        assertEquals(0.2, donation.get(4, 4), TOLERANCE);
        assertEquals(0.8, donation.get(3, 4), TOLERANCE);
        assertEquals(0.5, donation.get(0, 1), TOLERANCE);
        assertEquals(1, donation.get(2, 2), TOLERANCE);
        assertEquals(1, scheme.at(4).get(4, 4), TOLERANCE);
    }
}
