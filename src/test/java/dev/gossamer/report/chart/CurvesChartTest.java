package dev.gossamer.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Sent;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.Runs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

@EnabledIf("dev.gossamer.report.chart.Svg#canDraw")
class CurvesChartTest {

    @TempDir
    Path folder;

    private static MetricsRow row(long step, double epoch, String split, String worker, double accuracy) {
        return new MetricsRow(step, epoch, 0, 0.1, split, worker, 1, accuracy, 0, Optional.empty());
    }

    private RecordedRun run(String name, RunStatus status, List<MetricsRow> rows) {
        Path path = folder.resolve(name);
        try (RunFolder files = RunFolder.create(path, Map.of(), Map.of())) {
            rows.forEach(files::append);
        }
        RunResult result = Runs.result("ring", 0.1, 1, status, OptionalDouble.empty());
        return new RecordedRun(path, result, Map.of("topology", name));
    }

    private RecordedRun run(String name, List<MetricsRow> rows) {
        return run(name, RunStatus.FINISHED, rows);
    }

    private Svg draw(RecordedRun... runs) throws Exception {
        Path svg = folder.resolve("curves.svg");
        Charts.curves(List.of(runs), "curves", "synthetic data", svg);
        return new Svg(svg);
    }

    @Test
    void aLineForEachRun() throws Exception {
        Svg svg = draw(
                run("b <1>", List.of(row(10, 1, "test", "0", 0.2), row(20, 2, "test", "0", 0.5))),
                run("a", List.of(row(10, 1, "test", "0", 0.3))));

        assertEquals(2 + 1, svg.circles(Svg.BLUE).size());
        assertEquals(1 + 1, svg.lines(Svg.BLUE).size());
        assertEquals(1 + 1, svg.markers(Svg.ORANGE_RED));
        assertEquals(
                "synthetic data\ntest accuracy (%)\n"
                        + "b <1>: 2 evaluations, the last at epoch 2, 50.00 %\n"
                        + "a: 1 evaluation, at epoch 1, 30.00 %",
                svg.text("desc"));
    }

    @Test
    void accuracyIsTheMeanOverTheEvaluatedWorkersOnTheTestSet() throws Exception {
        RecordedRun run = run("run", List.of(
                row(10, 1, "train", "0", 0.9),
                row(10, 1, "test", "0", 0.2),
                row(10, 1, "test", "5", 0.4),
                row(10, 1, "test", "mean", 0.8)));

        assertTrue(draw(run).text("desc").endsWith("30.00 %"));
    }

    @Test
    void accuracyIsThatOfTheMeanModelWhereNoWorkerWasEvaluated() throws Exception {
        RecordedRun run = run("run", List.of(row(10, 1, "test", "mean", 0.8)));

        assertTrue(draw(run).text("desc").endsWith("80.00 %"));
    }

    @Test
    void pointsAreOverEpochsFromOneOnAndOverStepsBelow() throws Exception {
        List<MetricsRow> epochs = List.of(
                row(10, 1, "test", "0", 0.2), row(20, 3, "test", "0", 0.3), row(40, 4, "test", "0", 0.4));
        List<double[]> overEpochs = draw(run("epochs", epochs)).circles(Svg.BLUE);
        List<MetricsRow> steps = List.of(
                row(10, 0.1, "test", "0", 0.2), row(20, 0.3, "test", "0", 0.3), row(40, 0.4, "test", "0", 0.4));
        List<double[]> overSteps = draw(run("steps", steps)).circles(Svg.BLUE);

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
        Svg svg = draw(run("run", rows));

        assertEquals(0, svg.circles(Svg.BLUE).size());
        assertEquals(99 + 1, svg.lines(Svg.BLUE).size());
    }

    @Test
    void aCrossEndsTheLineOfADivergedRun() throws Exception {
        RecordedRun finished = run("finished", List.of(row(1, 1, "test", "0", 0.2), row(3, 3, "test", "0", 0.6)));
        RecordedRun diverged = run("run", RunStatus.DIVERGED, List.of(
                row(1, 1, "test", "0", 0.2), row(2, 2, "test", "0", 0.3), row(3, 3, "test", "0", Double.NaN)));
        Svg both = draw(diverged, finished);
        assertEquals(0, both.crosses(Svg.BLUE), "the best of the finished runs has the first colour");
        assertEquals(1, both.crosses(Svg.ORANGE_RED));

        Svg svg = draw(diverged);
        List<double[]> points = svg.circles(Svg.BLUE);
        assertEquals(2 + 1, points.size());
        double[] cross = svg.centreOfCross(Svg.BLUE);
        assertEquals(points.get(1)[0], cross[0], 0.6);
        assertEquals(points.get(1)[1], cross[1], 0.6);
        assertTrue(svg.text("desc").contains("\nrun (diverged): 3 evaluations"), svg.text("desc"));
        assertTrue(svg.text("desc").endsWith("\n× at the end: diverged"), svg.text("desc"));
    }

    @Test
    void finishedSeedsAreOneLineOfTheirMean() throws Exception {
        Svg svg = draw(
                seed(1, row(10, 1, "test", "0", 0.49), row(20, 2, "test", "0", 0.6)),
                seed(2, row(10, 1, "test", "0", 0.51), row(20, 2, "test", "0", 0.8)));

        assertEquals(2 + 1, svg.circles(Svg.BLUE).size());
        // t(0.975, 1) = 12.7062 times the standard error of 10 %
        assertTrue(svg.text("desc").endsWith("test accuracy (%), 95 % interval\n"
                + "ring, learning rate 0.1, mean of 2 seeds: 2 evaluations, the last at epoch 2, 70.00 ± 127.06 %"),
                svg.text("desc"));
    }

    private RecordedRun seed(long seed, MetricsRow... rows) {
        RecordedRun run = run("seed" + seed, List.of(rows));
        RunResult result = Runs.result("ring", 0.1, seed, RunStatus.FINISHED, OptionalDouble.of(0.5));
        return new RecordedRun(run.folder(), result, Map.of("topology", "ring", "seed", Long.toString(seed)));
    }

    @Test
    void aSingleEvaluationIsWithinTheChart() throws Exception {
        Svg svg = draw(run("run", List.of(row(5, 0.1, "test", "0", 0.2))));

        double[] point = svg.circles(Svg.BLUE).get(0);
        double right = svg.elements("path").stream()
                .filter(path -> path.getAttribute("style").contains("fill:rgb(228,228,228)"))
                .mapToDouble(CurvesChartTest::rightEnd)
                .max()
                .orElseThrow();
        assertTrue(point[0] + 6 < right, "the marker at " + point[0] + " is cut at " + right);
    }

    /** The largest first coordinate of a path. */
    private static double rightEnd(Element path) {
        return Pattern.compile("(-?[\\d.]+),(-?[\\d.]+)").matcher(path.getAttribute("d")).results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .max()
                .orElseThrow();
    }

    @Test
    void withoutADivergedRunThereIsNoCross() throws Exception {
        Svg svg = draw(run("run", List.of(row(1, 1, "test", "0", 0.2))));

        assertEquals(0, svg.crosses(Svg.BLUE));
        assertFalse(svg.text("desc").contains("diverged"));
    }

    @Test
    void runsWithoutEvaluationAreNamed() throws Exception {
        Svg svg = draw(run("early", List.of(row(1, 0, "train", "0", 0.2))));

        assertTrue(svg.text("desc").endsWith("no evaluated run\nwithout evaluation: early"), svg.text("desc"));
        assertEquals(0, svg.ticks().size(), "no steps are made up");
        assertTrue(draw().text("desc").endsWith("no evaluated run"));
    }

    private static MetricsRow sent(long step, double accuracy, long bytes) {
        return new MetricsRow(step, step, 0, 0.1, "test", "0", 1, accuracy, 0, Optional.of(new Sent(bytes / 4, bytes)));
    }

    private Svg drawOverBytes(RecordedRun... runs) throws Exception {
        Path svg = folder.resolve("accuracy-sent.svg");
        Charts.accuracyOverBytes(List.of(runs), "sent", "synthetic data", svg);
        return new Svg(svg);
    }

    @Test
    void accuracyIsOverBytesInTheUnitOfTheMost() throws Exception {
        Svg svg = drawOverBytes(
                run("a", List.of(sent(1, 0.2, 100_000), sent(2, 0.3, 1_000_000), sent(3, 0.4, 100_000_000))),
                run("b", List.of(sent(1, 0.5, 2_500_000))));
        assertEquals(1.0 / 3, share(svg.circles(Svg.BLUE)), 1e-3, "a factor of 10 of 1000");
        assertTrue(svg.text("desc").endsWith(
                "a: 3 evaluations, the last at MB sent by all workers 100, 40.00 %\n"
                        + "b: 1 evaluation, at MB sent by all workers 2.5, 50.00 %"), svg.text("desc"));
    }

    /** As those of one worker, and of earlier versions. */
    @Test
    void runsThatSentNothingAreNamed() throws Exception {
        RecordedRun alone = run("alone", List.of(sent(1, 0.2, 0)));
        RecordedRun earlier = run("earlier", List.of(row(1, 1, "test", "0", 0.2)));
        Svg svg = drawOverBytes(alone, run("a", List.of(sent(1, 0.2, 1000), sent(2, 0.2, 2000))), earlier);
        assertTrue(svg.text("desc").endsWith("nothing sent, or not recorded: alone, earlier"), svg.text("desc"));
        assertTrue(drawOverBytes(alone, earlier).text("desc").contains("no evaluated run whose messages are recorded"));
    }

    /** Their topologies may have different numbers of edges. */
    @Test
    void seedsMeetAtTheirStepsWhateverTheySent() throws Exception {
        Svg svg = drawOverBytes(
                seed(1, sent(1, 0.49, 1000), sent(2, 0.6, 2000)), seed(2, sent(1, 0.51, 3000), sent(2, 0.8, 6000)));
        assertTrue(svg.text("desc").endsWith("mean of 2 seeds: 2 evaluations, the last at kB sent by all workers 4,"
                + " 70.00 ± 127.06 %"), svg.text("desc"));
    }

    @Test
    void missingFileIsRefused() {
        RecordedRun run = run("run", List.of());
        Path missing = run.folder().resolve("metrics.csv");
        assertTrue(missing.toFile().delete());
        RecordException failure = assertThrows(
                RecordException.class, () -> Charts.curves(List.of(run), "", "", folder.resolve("x.svg")));
        assertEquals("cannot read " + missing + ": no such file or folder", failure.getMessage());
    }
}
