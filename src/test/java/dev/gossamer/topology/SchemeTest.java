package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scheme knows about itself. */
class SchemeTest {

    @ParameterizedTest
    @CsvSource({
        "ring, 8, 2, 16",
        "ring, 2, 1, 2",
        "star, 8, 7, 14",
        "fully-connected, 8, 7, 56",
        "solo, 8, 0, 0",
        "uni-ring, 8, 1, 8",
        "hypercube, 32, 5, 160",
        "torus-4x8, 32, 4, 128",
        "torus-2x4, 8, 3, 24",
        "social-network, 32, 14, 178",
        "time-varying-exponential, 32, 1, 32",
        "time-varying-ring, 8, 1, 8",
        "local-steps-4, 8, 7, 14",
        "one-peer-chain, 5, 1, 4",
        "random-matching, 7, 1, 6",
        "base-1, 6, 1, 4.5"
    })
    void degreeMessagesAndBytes(String topology, int workers, int degree, double messages) {
        Scheme scheme = Topologies.parse(topology, workers);

        assertEquals(degree, scheme.maxDegree());
        assertEquals(messages, scheme.messagesPerStep(), 1e-12);
        assertEquals(messages * 4 * 9_750_922, scheme.bytesPerStep(9_750_922), 1e-3);
    }

    /** What takes no time to say of a period may take seconds to draw. */
    @Test
    void whatIsDrawnIsDrawnOnce() {
        List<Long> drawn = new ArrayList<>();
        Scheme scheme = new DrawnScheme("x", 3, step -> {
            drawn.add(step);
            return step % 4 == 0 ? MixingMatrix.uniform(3) : MixingMatrix.identity(3);
        });
        assertEquals(2, scheme.maxDegree());
        assertEquals(6 / 4.0, scheme.messagesPerStep());
        assertEquals(6 / 4.0 * 4 * 100, scheme.bytesPerStep(100));
        assertEquals(Scheme.WINDOW, drawn.size());
    }

    @Test
    void tellsTheWorstOfItsPhases() {
        MixingMatrix good = MixingMatrix.uniform(2);
        MixingMatrix skewed = MixingMatrix.of(new double[][] {{1, 0}, {0.5, 0.5}});
        MixingMatrix negative = MixingMatrix.of(new double[][] {{1.5, -0.5}, {-0.5, 1.5}});

        Scheme skewedNow = new PeriodicScheme("x", List.of(good, skewed));
        assertFalse(skewedNow.isSymmetric() || skewedNow.isDoublyStochastic());
        assertTrue(skewedNow.isNonnegative() && skewedNow.isRowStochastic());

        Scheme negativeNow = new PeriodicScheme("x", List.of(good, negative));
        assertTrue(negativeNow.isSymmetric() && negativeNow.isDoublyStochastic());
        assertFalse(negativeNow.isNonnegative());
    }

    @Test
    void rowSumsAreComparedWithinTheTolerance() {
        MixingMatrix loose = MixingMatrix.of(new double[][] {{0.5, 0.5 + 5e-10}, {0.5, 0.5}});

        assertTrue(loose.isRowStochastic(1e-9));
        assertFalse(loose.isRowStochastic(1e-10));
    }

    @Test
    void connectedOverAPeriodThoughNoPhaseIs() {
        Scheme ring = Topologies.parse("time-varying-ring", 8);
        assertTrue(ring.isConnected());
        assertFalse(PeriodicScheme.constant("x", ring.at(0)).isConnected());
        assertFalse(Topologies.parse("solo", 8).isConnected());
        assertFalse(Topologies.parse("mix-0", 8).isConnected());
        assertTrue(Topologies.parse("solo", 1).isConnected());
    }

    @Test
    void connectedMeansThatEveryoneHearsFromEveryone() {
        Random random = new Random(11);
        int connected = 0;
        for (int trial = 0; trial < 300; trial++) {
            Scheme scheme = sparseScheme(random, 6);
            boolean expected = everyoneHearsFromEveryone(scheme);
            assertEquals(expected, scheme.isConnected());
            connected += expected ? 1 : 0;
        }
        assertTrue(connected > 50 && connected < 250, connected + " of 300 connected");
    }

    private static Scheme sparseScheme(Random random, int n) {
        List<MixingMatrix> phases = new ArrayList<>();
        for (int step = 0; step < 2; step++) {
            phases.add(MixingMatrix.ofRows(n, i -> {
                double[] row = new double[n];
                row[i] += 0.5;
                row[random.nextInt(n)] += 0.5;
                return row;
            }));
        }
        return new PeriodicScheme("x", phases);
    }

    /** By many periods of mixing: with nonnegative weights, nothing that arrives cancels out. */
    private static boolean everyoneHearsFromEveryone(Scheme scheme) {
        double[][] heard = MixingMatrix.identity(scheme.workers()).toDense();
        for (int step = 0; step < 40; step++) {
            heard = Products.times(scheme.at(step), heard);
        }
        for (double[] row : heard) {
            for (double weight : row) {
                if (weight == 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
