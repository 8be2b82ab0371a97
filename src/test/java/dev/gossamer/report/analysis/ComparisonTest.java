package dev.gossamer.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.Runs;
import dev.gossamer.report.table.ComparisonListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static RecordedRun run(double learningRate, long seed, RunStatus status, double accuracy, double momentum) {
        return Runs.of(
                Runs.result("ring", learningRate, seed, status, OptionalDouble.of(accuracy)),
                Map.of("momentum", momentum));
    }

    private static List<RecordedRun> side(double momentum, double gain) {
        List<RecordedRun> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            runs.add(run(0.1, seed, RunStatus.FINISHED, 0.5 + 0.1 * seed + gain * seed, momentum));
        }
        return runs;
    }

    private static List<Comparison.Row> rows(List<Comparison.Row> rows, String section, String key) {
        return rows.stream().filter(row -> row.section().equals(section) && row.key().equals(key)).toList();
    }

    @Test
    void runsArePairedByWhatIsNotCompared() {
        List<RecordedRun> second = side(0.5, 0.01);
        second.add(run(0.2, 1, RunStatus.FINISHED, 0.9, 0.5));
        second.remove(2);
        List<Comparison.Row> rows = new Comparison(side(0.9, 0), second).rows();

        List<Comparison.Row> configuration = rows.stream().filter(row -> row.section().equals("configuration"))
                .toList();
        assertEquals(List.of("learning-rate", "seed", "momentum"), configuration.stream().map(Comparison.Row::key)
                .toList());
        assertEquals("0.9", rows(rows, "configuration", "momentum").get(0).first());
        assertEquals("0.5", rows(rows, "configuration", "momentum").get(0).second());
        List<Comparison.Row> accuracy = rows(rows, "outcome", "test_accuracy");
        assertEquals(List.of("learning rate 0.1, seed 1", "learning rate 0.1, seed 2", "learning rate 0.1, seed 3",
                "learning rate 0.2, seed 1"), accuracy.stream().map(Comparison.Row::runs).toList());
        assertEquals(0.01, accuracy.get(0).difference(), 1e-12);
        assertEquals(0.02, accuracy.get(1).difference(), 1e-12);
        assertEquals(null, accuracy.get(2).second());
        assertEquals(null, accuracy.get(2).difference());
        assertEquals(null, accuracy.get(3).first());
        assertTrue(ComparisonListing.tables(rows, "a", "b").contains("\nruns without counterpart: 2;"));
    }

    @Test
    void seedsHaveAMeanDifferenceWithItsInterval() {
        List<Comparison.Row> rows = new Comparison(side(0.9, 0), side(0.5, 0.01)).rows();

        Comparison.Row mean = rows(rows, "mean", "test_accuracy").get(0);
        assertEquals("3 seeds", mean.runs());
        assertEquals(0.7, (Double) mean.first(), 1e-12);
        assertEquals(0.02, mean.difference(), 1e-12);
        // differences 0.01, 0.02, 0.03: t(0.975, 2) = 4.30265 times 0.01 / sqrt(3)
        assertEquals(0.0248414, mean.halfWidth(), 1e-6);
    }

    @Test
    void aDivergedRunHasNoDifference() {
        List<Comparison.Row> rows = new Comparison(
                        List.of(run(0.1, 1, RunStatus.FINISHED, 0.5, 0.9)),
                        List.of(run(0.2, 1, RunStatus.DIVERGED, 0.4, 0.9)))
                .rows();

        assertEquals(List.of("learning-rate"),
                rows.stream().filter(row -> row.section().equals("configuration")).map(Comparison.Row::key).toList());
        Comparison.Row accuracy = rows(rows, "outcome", "test_accuracy").get(0);
        assertEquals(0.5, accuracy.first());
        assertEquals(0.4, accuracy.second());
        assertEquals(null, accuracy.difference());
        assertEquals("diverged", rows(rows, "outcome", "status").get(0).second());
    }
}
