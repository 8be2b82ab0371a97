package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.configuration.LearningRateSchedule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTimesTest {

    @ParameterizedTest
    @CsvSource({"2425,10", "100,100", "101,100", "7,3", "1,1", "1,10", "2,2", "1000000,1", "12,10"})
    void asManyAsAskedForAscendingAndTheLastStepAlways(long steps, int evaluations) {
        long[] times = EvaluationTimes.of(LearningRateSchedule.CONSTANT.over(steps), evaluations, 0.75);
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
        long[] times = EvaluationTimes.of(LearningRateSchedule.CONSTANT.over(1_000_000), 1000, 0.75);
        assertEquals(750, Arrays.stream(times).filter(step -> step <= 500_000).count(), 1);
        assertEquals(562.5, Arrays.stream(times).filter(step -> step <= 250_000).count(), 1);
    }

    @Test
    void asManyAsStepsMeansEveryStep() {
        assertArrayEquals(new long[] {1, 2, 3, 4, 5}, EvaluationTimes.of(LearningRateSchedule.CONSTANT.over(5), 50,
                0.75));
    }

    @Test
    void oneHalfSpreadsThemEvenly() {
        assertArrayEquals(new long[] {25, 50, 75, 100},
                EvaluationTimes.of(LearningRateSchedule.CONSTANT.over(100), 4, 0.5));
    }

    /** As the original code: 300, 60 and 40 of 400, each share as if its stage were a run. */
    @Test
    void everyStageHasItsShare() {
        long[] times = EvaluationTimes.of(LearningRateSchedule.parse("1:0.75+0.1:0.15+0.01:0.1").over(9700), 400, 0.75);
        assertEquals(300, Arrays.stream(times).filter(step -> step <= 7275).count());
        assertEquals(60, Arrays.stream(times).filter(step -> step > 7275 && step <= 8730).count());
        assertEquals(40, Arrays.stream(times).filter(step -> step > 8730).count());
        assertEquals(225, Arrays.stream(times).filter(step -> step <= 7275 / 2).count(), 1);
        assertEquals(9700, times[399]);
    }

    @Test
    void theLastStepIsEvaluatedWhateverTheShares() {
        LearningRateSchedule schedule = LearningRateSchedule.parse("1:0.5+0.1:0.5");
        assertArrayEquals(new long[] {10}, EvaluationTimes.of(schedule.over(10), 1, 0.75));
    }
}
