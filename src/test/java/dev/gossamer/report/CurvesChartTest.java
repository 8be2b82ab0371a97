package dev.gossamer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("dev.gossamer.report.Svg#canDraw")
class CurvesChartTest {

    @TempDir
    Path folder;

    private static MetricsRow row(long step, double epoch, String split, String worker, double accuracy) {
        return new MetricsRow(step, epoch, 0, 0.1, split, worker, 1, accuracy, 0);
    }

    private Path metrics(String name, List<MetricsRow> rows) {
        Path run = folder.resolve(name);
        try (RunFolder files = RunFolder.create(run, Map.of(), Map.of())) {
            rows.forEach(files::append);
        }
        return run.resolve(RunFolder.METRICS);
    }

    private Svg draw(Map<String, Path> runs) throws Exception {
        Path svg = folder.resolve("curves.svg");
        Charts.curves(runs, "curves", "synthetic data", svg);
        return new Svg(svg);
    }

    @Test
    void aLineForEachRun() throws Exception {
        Map<String, Path> runs = new LinkedHashMap<>();
        runs.put("b <1>", metrics("b", List.of(row(10, 1, "test", "0", 0.2), row(20, 2, "test", "0", 0.5))));
        runs.put("a", metrics("a", List.of(row(10, 1, "test", "0", 0.3))));

        Svg svg = draw(runs);

        assertEquals(2 + 1, svg.circles(Svg.BLUE).size());
        assertEquals(1 + 1, svg.lines(Svg.BLUE).size());
        assertEquals(1 + 1, svg.markers(Svg.ORANGE_RED));
        assertEquals(
                "synthetic data\ntest accuracy (%)\n"
                        + "b <1>: 2 evaluations, the last at step 20, epoch 2, 50.00 %\n"
                        + "a: 1 evaluations, the last at step 10, epoch 1, 30.00 %",
                svg.text("desc"));
    }

    @Test
    void accuracyIsTheMeanOverTheEvaluatedWorkersOnTheTestSet() throws Exception {
        Path run = metrics("run", List.of(
                row(10, 1, "train", "0", 0.9),
                row(10, 1, "test", "0", 0.2),
                row(10, 1, "test", "5", 0.4),
                row(10, 1, "test", "mean", 0.8)));

        assertTrue(draw(Map.of("run", run)).text("desc").endsWith("30.00 %"));
    }

    @Test
    void accuracyIsThatOfTheMeanModelWhereNoWorkerWasEvaluated() throws Exception {
        Path run = metrics("run", List.of(row(10, 1, "test", "mean", 0.8)));

        assertTrue(draw(Map.of("run", run)).text("desc").endsWith("80.00 %"));
    }

    @Test
    void pointsAreOverEpochsFromOneOnAndOverStepsBelow() throws Exception {
        List<MetricsRow> epochs = List.of(
                row(10, 1, "test", "0", 0.2), row(20, 3, "test", "0", 0.3), row(40, 4, "test", "0", 0.4));
        List<double[]> overEpochs = draw(Map.of("run", metrics("epochs", epochs))).circles(Svg.BLUE);
        List<MetricsRow> steps = List.of(
                row(10, 0.1, "test", "0", 0.2), row(20, 0.3, "test", "0", 0.3), row(40, 0.4, "test", "0", 0.4));
        List<double[]> overSteps = draw(Map.of("run", metrics("steps", steps))).circles(Svg.BLUE);

        assertEquals(2.0 / 3, share(overEpochs), 1e-3);
        assertEquals(1.0 / 3, share(overSteps), 1e-3);
    }

    private static double share(List<double[]> points) {
        return (points.get(1)[0] - points.get(0)[0]) / (points.get(2)[0] - points.get(0)[0]);
    }

    @Test
    void manyPointsAreALineWithoutMarkers() throws Exception {
        List<MetricsRow> rows = new ArrayList<>();
        for (int k = 1; k <= 100; k++) {
            rows.add(row(k, k, "test", "0", 0.01 * k));
        }
        Svg svg = draw(Map.of("run", metrics("run", rows)));

        assertEquals(0, svg.circles(Svg.BLUE).size());
        assertEquals(99 + 1, svg.lines(Svg.BLUE).size());
    }

    @Test
    void divergenceEndsTheLine() throws Exception {
        Path run = metrics("run", List.of(
                row(1, 1, "test", "0", 0.2), row(2, 2, "test", "0", 0.3), row(3, 3, "test", "0", Double.NaN)));

        assertEquals(2 + 1, draw(Map.of("run", run)).circles(Svg.BLUE).size());
    }

    @Test
    void runsWithoutEvaluationAreNamed() throws Exception {
        Svg svg = draw(Map.of("early", metrics("run", List.of(row(1, 0, "train", "0", 0.2)))));

        assertTrue(svg.text("desc").endsWith("without evaluation: early"));
        assertTrue(draw(Map.of()).text("desc").endsWith("no runs"));
    }

    @Test
    void missingFileIsRefused() {
        Path missing = folder.resolve("metrics.csv");
        RecordException failure = assertThrows(
                RecordException.class, () -> Charts.curves(Map.of("run", missing), "", "", folder.resolve("x.svg")));
        assertEquals("cannot read " + missing + ": no such file or folder", failure.getMessage());
    }
}
