package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTimesTest {

    @ParameterizedTest
    @CsvSource({"2425,10", "100,100", "101,100", "7,3", "1,1", "1,10", "2,2", "1000000,1", "12,10"})
    void asManyAsAskedForAscendingAndTheLastStepAlways(long steps, int evaluations) {
        long[] times = EvaluationTimes.of(steps, evaluations);
        assertEquals(Math.min(steps, evaluations), times.length);
        assertTrue(times[0] >= 1);
        assertEquals(steps, times[times.length - 1]);
        for (int k = 1; k < times.length; k++) {
            assertTrue(times[k] > times[k - 1], Arrays.toString(times));
        }
    }

    /** The integral of the density p t^(p - 1), p = -log2(0.75), up to 1/2 is 2^-p = 0.75. */
    @Test
    void threeQuartersFallIntoTheFirstHalf() {
        long[] times = EvaluationTimes.of(1_000_000, 1000);
        assertEquals(750, Arrays.stream(times).filter(step -> step <= 500_000).count(), 1);
        assertEquals(562.5, Arrays.stream(times).filter(step -> step <= 250_000).count(), 1);
    }

    @Test
    void asManyAsStepsMeansEveryStep() {
        assertArrayEquals(new long[] {1, 2, 3, 4, 5}, EvaluationTimes.of(5, 50));
    }
}
