package dev.gossamer.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SeedStatisticsTest {

    private final List<RunResult> results = new ArrayList<>();

    private void add(String topology, double rate, long seed, double accuracy) {
        RunStatus status = accuracy < 0 ? RunStatus.DIVERGED : RunStatus.FINISHED;
        results.add(new RunResult("e", topology, 4, "mlp", rate, seed, status, 10, OptionalDouble.of(accuracy),
                OptionalDouble.of(1 - accuracy), OptionalDouble.empty(), OptionalDouble.empty(),
                OptionalDouble.of(1), OptionalDouble.of(1), Optional.empty()));
    }

    /** The star is worse by 0.01, 0.02, 0.03 seed by seed: 0.02 with s = 0.01, t(0.975, 2) = 4.302653. */
    private SeedStatistics statistics() {
        add("ring", 0.1, 1, 0.6);
        add("ring", 0.1, 2, 0.7);
        add("ring", 0.1, 3, 0.8);
        add("ring", 0.2, 1, 0.9);
        add("ring", 0.2, 2, -1);
        add("star", 0.1, 3, 0.77);
        add("star", 0.1, 2, 0.68);
        add("star", 0.1, 1, 0.59);
        return SeedStatistics.of(Runs.of(results)).orElseThrow();
    }

    @Test
    void differencesArePairedBySeed() {
        String[] lines = statistics().differencesCsv().split("\n");
        assertEquals(2, lines.length);
        String[] row = lines[1].split(",");
        assertEquals("ring", row[0]);
        assertEquals("star", row[2]);
        assertEquals("3", row[4]);
        assertEquals(0.02, Double.parseDouble(row[5]), 1e-12);
        assertEquals(4.302653 * 0.01 / Math.sqrt(3), Double.parseDouble(row[6]), 1e-7);
        assertEquals(-0.02, Double.parseDouble(row[7]), 1e-12);
    }

    @Test
    void meansHaveTheirIntervalAndWhatDivergedIsCounted() {
        String[] lines = statistics().meansCsv().split("\n");
        assertTrue(lines[1].startsWith("ring,0.1,3,0,0.7"), lines[1]);
        assertEquals(4.302653 * 0.1 / Math.sqrt(3), Double.parseDouble(lines[1].split(",")[5]), 1e-6);
        assertEquals("ring,0.2,1,1,0.9,,0.09999999999999998,", lines[2]);
    }

    /** As an experiment may have the same run twice. */
    @Test
    void aRunGivenTwiceCountsOnce() {
        SeedStatistics once = statistics();
        add("ring", 0.1, 3, 0.8);
        add("star", 0.1, 1, 0.59);
        SeedStatistics twice = SeedStatistics.of(Runs.of(results)).orElseThrow();
        assertEquals(once.meansCsv(), twice.meansCsv());
        assertEquals(once.differencesCsv(), twice.differencesCsv());
    }

    @Test
    void theTableReadsWell() {
        assertEquals("""

                Mean over seeds, ± 95 % interval of the mean (Student's t)
                line  learning rate  seeds  not finished  test accuracy (%)        test loss
                ----  -------------  -----  ------------  -----------------  ---------------
                ring            0.1      3             0      70.00 ± 24.84  0.3000 ± 0.2484
                ring            0.2      1             1              90.00           0.1000
                star            0.1      3             0      68.00 ± 22.36  0.3200 ± 0.2236

                Paired differences over seeds, each at its best learning rate: ring minus
                line  learning rate  pairs  test accuracy (points)         test loss  clear
                ----  -------------  -----  ----------------------  ----------------  -----
                star            0.1      3             2.00 ± 2.48  -0.0200 ± 0.0248  no
                """, statistics().table());
    }

    @Test
    void oneSeedHasNoStatistics() {
        add("ring", 0.1, 1, 0.6);
        add("star", 0.1, 1, 0.6);
        add("star", 0.1, 1, 0.6);
        List<RecordedRun> runs = Runs.of(results);
        assertTrue(SeedStatistics.of(runs).isEmpty());
    }
}
