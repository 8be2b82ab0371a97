package dev.gossamer.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MeanIntervalTest {

    /** t(0.975, 3) = 3.182446 from a table, s = sqrt(5/3). */
    @Test
    void intervalOfFourValues() {
        MeanInterval interval = MeanInterval.of(List.of(1.0, 2.0, 3.0, 4.0));
        assertEquals(4, interval.count());
        assertEquals(2.5, interval.mean(), 1e-12);
        assertEquals(3.182446 * Math.sqrt(5.0 / 3) / 2, interval.halfWidth().getAsDouble(), 1e-5);
    }

    /** t(0.975, 1) = tan(0.475 pi), as the distribution with one degree of freedom is Cauchy's. */
    @Test
    void intervalOfTwoValues() {
        MeanInterval interval = MeanInterval.of(List.of(-1.0, 1.0));
        assertEquals(Math.tan(0.475 * Math.PI), interval.halfWidth().getAsDouble(), 1e-6);
        assertFalse(interval.excludesZero());
    }

    @Test
    void oneValueHasNoInterval() {
        MeanInterval interval = MeanInterval.of(List.of(7.0));
        assertEquals(new MeanInterval(1, 7, OptionalDouble.empty()), interval);
        assertFalse(interval.excludesZero());
        assertThrows(IllegalArgumentException.class, () -> MeanInterval.of(List.of()));
    }

    @Test
    void pairsCancelWhatTheyHaveInCommon() {
        Map<Long, Double> ring = Map.of(1L, 10.0, 2L, 20.0, 3L, 30.0);
        Map<Long, Double> star = Map.of(3L, 28.9, 2L, 19.0, 1L, 9.1, 4L, 1000.0);
        MeanInterval difference = MeanInterval.ofDifferences(ring, star).orElseThrow();
        assertEquals(3, difference.count());
        assertEquals(1.0, difference.mean(), 1e-12);
        assertEquals(4.302653 * 0.1 / Math.sqrt(3), difference.halfWidth().getAsDouble(), 1e-5);
        assertTrue(difference.excludesZero());
        assertFalse(MeanInterval.of(ring.values()).halfWidth().getAsDouble() < 10);
    }

    @Test
    void samplesWithoutCommonSeedHaveNoDifference() {
        assertEquals(Optional.empty(), MeanInterval.ofDifferences(Map.of(1L, 1.0), Map.of(2L, 1.0)));
    }
}
