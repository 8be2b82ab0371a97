package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeedsTest {

    /** The first values of SplitMix64 from 1234567, as published on rosettacode.org. */
    private static final String[] PUBLISHED = {
        "6457827717110365317",
        "3203168211198807973",
        "9817491932198370423",
        "4593380528125082431",
        "16408922859458223821"
    };

    @Test
    void streamIsSplitMix64() {
        RandomStream stream = new RandomStream(1234567);
        for (int i = 0; i < PUBLISHED.length; i++) {
            long expected = Long.parseUnsignedLong(PUBLISHED[i]);
            assertEquals(expected, Seeds.valueAt(1234567, i));
            assertEquals(expected, stream.nextLong());
        }
        SplittableRandom peer = new SplittableRandom(-99);
        RandomStream ours = new RandomStream(-99);
        for (int i = 0; i < 1000; i++) {
            assertEquals(peer.nextLong(), ours.nextLong());
        }
    }

    @Test
    void derivedValuesAndTheirStreamsAreDistinct() {
        Set<Long> values = new HashSet<>();
        int count = 0;
        for (long seed = -2; seed <= 2; seed++) {
            for (Purpose purpose : Purpose.values()) {
                values.add(Seeds.derive(seed, purpose));
                count++;
                for (long a = -1; a < 20; a++) {
                    values.add(Seeds.derive(seed, purpose, a));
                    count++;
                    values.add(Seeds.valueAt(Seeds.derive(seed, purpose), a));
                    count++;
                    for (long b = 0; b < 20; b++) {
                        values.add(Seeds.derive(seed, purpose, a, b));
                        values.add(Seeds.derive(seed, purpose, a, b, 3));
                        count += 2;
                    }
                }
            }
        }
        assertEquals(count, values.size());
    }

    @Test
    void derivedValuesStayAsTheyAre() {
        assertEquals(5522393288619553904L, Seeds.derive(1, Purpose.INITIALIZATION));
        assertEquals(-217642479369567573L, Seeds.derive(1, Purpose.BATCHES, 3, 7));
    }

    @Test
    void boundedValuesAreUniform() {
        RandomStream stream = new RandomStream(5);
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[stream.nextInt(10)]++;
        }
        double chiSquared = 0;
        for (int count : counts) {
            chiSquared += Math.pow(count - 10_000, 2) / 10_000;
        }
        assertTrue(chiSquared < 27.9, "chi-squared with 9 degrees of freedom, 99.9 % quantile 27.9: " + chiSquared);
        assertEquals(0, Seeds.bounded(0, Integer.MAX_VALUE));
        assertEquals(Integer.MAX_VALUE - 1, Seeds.bounded(-1, Integer.MAX_VALUE));
    }

    @Test
    void gaussianHasItsMoments() {
        RandomStream stream = new RandomStream(6);
        int n = 200_000;
        double[] moments = new double[5];
        for (int i = 0; i < n; i++) {
            double x = stream.nextGaussian();
            for (int k = 1; k <= 4; k++) {
                moments[k] += Math.pow(x, k) / n;
            }
        }
        assertEquals(0, moments[1], 0.01);
        assertEquals(1, moments[2], 0.02);
        assertEquals(0, moments[3], 0.04);
        assertEquals(3, moments[4], 0.1);
    }
}
