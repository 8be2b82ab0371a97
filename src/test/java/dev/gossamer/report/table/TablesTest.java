package dev.gossamer.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Sent;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.Runs;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TablesTest {

    private static RunResult result(
            String topology, int workers, double rate, long seed, RunStatus status,
            double accuracy, double loss, double distance) {
        OptionalDouble measured = accuracy < 0 ? OptionalDouble.empty() : OptionalDouble.of(accuracy);
        return new RunResult(
                "e", topology, workers, "mlp", rate, seed, status, 10, measured, OptionalDouble.of(loss), measured,
                OptionalDouble.of(loss), OptionalDouble.of(distance), OptionalDouble.of(rate * 1000), Optional.empty());
    }

    private static final List<RunResult> RESULTS = List.of(
            result("ring", 8, 0.125, 1, RunStatus.DIVERGED, -1, Double.NaN, 1e30),
            result("ring", 8, 0.0625, 1, RunStatus.FINISHED, 0.8125, 0.5, 0.25),
            result("solo", 8, 0.5, 1, RunStatus.INTERRUPTED, 0.9, 1234, 0),
            result("ring", 8, 0.0078, 1, RunStatus.FINISHED, 0.5, 2.25, 1.5e-7),
            result("solo", 8, 0.25, 1, RunStatus.FINISHED, 0.25, 1.5, 123.456));

    @Test
    void rowsAreAlignedSortedAndTheBestIsMarked() {
        assertEquals(
                """
                topology  learning rate  status       test accuracy (%)  test loss  consensus distance  images/s
                --------  -------------  -----------  -----------------  ---------  ------------------  --------
                ring             0.0078  finished                 50.00     2.2500            1.50e-07       7.8
                ring             0.0625  finished                 81.25     0.5000              0.2500      62.5  *
                ring              0.125  diverged                     -        NaN            1.00e+30       125
                solo               0.25  finished                 25.00     1.5000            123.4560       250  *
                solo                0.5  interrupted              90.00  1.234e+03                   0       500
                * best test accuracy of its topology
                """,
                Tables.results(Runs.of(RESULTS)));
    }

    @Test
    void whatWasSentIsThereWhereItIsKnown() {
        RunResult before = RESULTS.get(1);
        RunResult finished = sending(before, RunStatus.FINISHED, 15_000_000);
        RunResult interrupted = sending(before, RunStatus.INTERRUPTED, 1500);
        List<String> lines = Tables.results(Runs.of(before, finished, interrupted)).lines().toList();
        assertTrue(lines.get(0).endsWith("images/s  sent/step     sent"), lines.get(0));
        assertTrue(lines.get(2).matches(".* 62.5 +- +- .*"), lines.get(2));
        assertTrue(lines.get(3).matches(".* 62.5 +1.5 MB +15.0 MB.*"), lines.get(3));
        assertTrue(lines.get(4).matches(".* 62.5 +- +1.5 kB.*"), "of which step is not known\n" + lines.get(4));
    }

    private static RunResult sending(RunResult like, RunStatus status, long bytes) {
        return new RunResult(like.experiment(), like.topology(), like.workers(), like.model(), like.learningRate(),
                like.seed(), status, like.steps(), like.testAccuracy(), like.testLoss(), like.trainAccuracy(),
                like.trainLoss(), like.consensusDistance(), like.imagesPerSecond(), Optional.of(new Sent(1, bytes)));
    }

    @Test
    void theLocaleDoesNotMatter() {
        String expected = Tables.results(Runs.of(RESULTS));
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals(expected, Tables.results(Runs.of(RESULTS)));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void seedAndWorkersAreThereWhereTheyDiffer() {
        String table = Tables.results(Runs.of(
                result("ring", 8, 0.1, 1, RunStatus.FINISHED, 0.5, 1, 1),
                result("ring", 8, 0.1, 2, RunStatus.FINISHED, 0.6, 1, 1),
                result("ring", 16, 0.1, 1, RunStatus.FINISHED, 0.4, 1, 1)));

        List<String> lines = table.lines().toList();
        assertTrue(lines.get(0).startsWith("topology  workers  learning rate  seed  status"), table);
        assertFalse(lines.get(2).endsWith("*"), table);
        assertTrue(lines.get(3).endsWith("*"), table);
        assertTrue(lines.get(4).endsWith("*"), "the best of 16 workers is another one\n" + table);
    }

    @Test
    void nothingIsBestWhereNothingFinished() {
        String table = Tables.results(Runs.of(result("ring", 8, 0.1, 1, RunStatus.FAILED, 0.5, 1, 1)));

        assertFalse(table.contains("*"));
        assertEquals(3, table.lines().count());
    }

    @Test
    void noResultsAreAHeader() {
        assertEquals(2, Tables.results(List.of()).lines().count());
    }

    @Test
    void everyOtherKeyThatDiffersIsAColumn() {
        RunResult good = result("ring", 8, 0.1, 1, RunStatus.FINISHED, 0.5, 1, 1);
        RunResult better = result("ring", 8, 0.1, 1, RunStatus.FINISHED, 0.6, 1, 1);
        RunResult best = result("ring", 8, 0.2, 1, RunStatus.FINISHED, 0.7, 1, 1);
        String table = Tables.results(List.of(
                Runs.of(best, Map.of("batch-size", 8)),
                Runs.of(good, Map.of("batch-size", 16, "partition", "random")),
                Runs.of(better, Map.of("batch-size", 8))));

        List<String> lines = table.lines().toList();
        assertTrue(lines.get(0).startsWith("topology  batch size  partition  learning rate  status"), table);
        assertTrue(lines.get(2).matches("ring +8  - +0.1  finished.* 60.00 [^*]*"), table);
        assertTrue(lines.get(3).matches("ring +8  - +0.2  finished.* 70.00 .*\\*"), table);
        assertTrue(lines.get(4).matches("ring +16  random +0.1  finished.* 50.00 .*\\*"), table);
        assertEquals("* best test accuracy of its topology, batch size, partition", lines.get(5));
    }

    @Test
    void aDivergedRunIsNeverTheBest() {
        String table = Tables.results(Runs.of(
                result("ring", 8, 0.1, 1, RunStatus.FINISHED, 0.5, 1, 1),
                result("ring", 8, 0.2, 1, RunStatus.DIVERGED, 0.9, Double.NaN, 1)));

        List<String> lines = table.lines().toList();
        assertTrue(lines.get(2).contains("finished") && lines.get(2).endsWith("*"), table);
        assertTrue(lines.get(3).contains("diverged") && !lines.get(3).endsWith("*"), table);
    }
}
