package dev.gossamer.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.Runs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("dev.gossamer.report.chart.Svg#canDraw")
class LearningRateChartTest {

    @TempDir
    Path folder;

    private Svg draw(RunResult... results) throws Exception {
        return draw("title", "subtitle", results);
    }

    private Svg draw(String title, String subtitle, RunResult... results) throws Exception {
        return draw(title, subtitle, Runs.of(results));
    }

    private Svg draw(String title, String subtitle, List<RecordedRun> runs) throws Exception {
        Path svg = folder.resolve("lr-accuracy.svg");
        Charts.learningRateAccuracy(runs, title, subtitle, svg);
        return new Svg(svg);
    }

    /** Half the runs have momentum 0, and the other half 0.9. */
    private static List<RecordedRun> ofTwoMomenta(RunResult... results) {
        List<RecordedRun> runs = new ArrayList<>();
        for (int k = 0; k < results.length; k++) {
            runs.add(Runs.of(results[k], Map.of("momentum", k < results.length / 2 ? 0.0 : 0.9)));
        }
        return runs;
    }

    @Test
    void everyCombinationOfOtherKeysIsALineOfItsOwn() throws Exception {
        Svg svg = draw("", "", ofTwoMomenta(
                Runs.finished("ring", 0.1, 0.5), Runs.finished("ring", 0.2, 0.6),
                Runs.finished("ring", 0.1, 0.3), Runs.diverged("ring", 0.2)));

        assertEquals(2 + 1, svg.markers(Svg.BLUE));
        assertEquals(1 + 1, svg.markers(Svg.ORANGE_RED));
        String description = svg.text("desc");
        assertTrue(description.contains("ring, momentum 0.0: learning rate 0.2, 60.00 %"), description);
        assertTrue(description.contains("ring, momentum 0.9: learning rate 0.1, 30.00 %"), description);
        assertTrue(description.contains("ring, momentum 0.9: learning rate 0.2, diverged"), description);
        assertFalse(description.contains("over seeds"), "each point is one run: " + description);
    }

    /** A legend that leaves the chart no room must not keep a sweep from going on. */
    @Test
    @Timeout(60)
    void namesOfLinesMayBeLong() throws Exception {
        String name = "file:" + "a-folder-with-a-long-name/".repeat(12) + "graph";
        Svg svg = draw("", "", Runs.finished(name + "1.csv", 0.1, 0.5), Runs.finished(name + "2.csv", 0.2, 0.6));
        assertEquals(1 + 1, svg.markers(Svg.BLUE));
        assertTrue(svg.text("desc").contains(name + "2.csv: learning rate 0.2, 60.00 %"), svg.text("desc"));
    }

    @Test
    void seedsOfEachLineAreAveraged() throws Exception {
        Svg svg = draw("", "", ofTwoMomenta(
                Runs.result("ring", 0.1, 1, RunStatus.FINISHED, OptionalDouble.of(0.2)),
                Runs.result("ring", 0.1, 2, RunStatus.FINISHED, OptionalDouble.of(0.4)),
                Runs.result("ring", 0.1, 1, RunStatus.FINISHED, OptionalDouble.of(0.6)),
                Runs.result("ring", 0.1, 2, RunStatus.FINISHED, OptionalDouble.of(0.8))));

        String description = svg.text("desc");
        assertTrue(description.contains("mean over seeds, 95 % interval"), description);
        // t(0.975, 1) = 12.7062 times the standard error of 10 %
        assertTrue(description.contains("ring, momentum 0.0: learning rate 0.1, 30.00 ± 127.06 %"), description);
        assertTrue(description.contains("ring, momentum 0.9: learning rate 0.1, 70.00 ± 127.06 %"), description);
    }

    @Test
    void everyTopologyIsALineOfItsPoints() throws Exception {
        Svg svg = draw(
                Runs.finished("ring", 0.1, 0.5),
                Runs.finished("solo", 0.1, 0.4),
                Runs.finished("ring", 0.2, 0.6),
                Runs.finished("solo", 0.2, 0.45),
                Runs.finished("ring", 0.05, 0.3));

        assertEquals(3 + 1, svg.markers(Svg.BLUE));
        assertEquals(2 + 1, svg.lines(Svg.BLUE).size());
        assertEquals(2 + 1, svg.markers(Svg.ORANGE_RED));
        assertEquals(1 + 1, svg.lines(Svg.ORANGE_RED).size());
        assertEquals(0, svg.markers(Svg.GREEN));
    }

    @Test
    void pointsAreWhereTheLogarithmAndTheAccuracySay() throws Exception {
        List<double[]> points = draw(
                        Runs.finished("ring", 1, 0.4), Runs.finished("ring", 0.001, 0.2),
                        Runs.finished("ring", 0.01, 0.3))
                .circles(Svg.BLUE);

        double third = (points.get(2)[0] - points.get(0)[0]) / 3;
        assertTrue(third > 100);
        assertEquals(points.get(0)[0] + third, points.get(1)[0], 0.02);
        double half = (points.get(2)[1] - points.get(0)[1]) / 2;
        assertTrue(half < -50, "a higher accuracy is further up");
        assertEquals(points.get(0)[1] + half, points.get(1)[1], 0.02);
    }

    @Test
    void ticksAreAtTheLearningRates() throws Exception {
        Svg svg = draw(Runs.finished("ring", 0.0078, 0.4), Runs.finished("ring", 0.0312, 0.5),
                Runs.finished("ring", 0.5, 0.3));

        List<double[]> points = svg.circles(Svg.BLUE);
        assertEquals(3, svg.ticks().size());
        for (int k = 0; k < 3; k++) {
            assertEquals(points.get(k)[0], svg.ticks().get(k), 0.5);
        }
    }

    @Test
    void ticksAreRoundWhereLearningRatesAreMany() throws Exception {
        RunResult[] results = new RunResult[40];
        for (int k = 0; k < results.length; k++) {
            results[k] = Runs.finished("ring", 0.001 * Math.pow(10, k / 13.0), 0.5);
        }
        // 0.001, 0.002, 0.005, ..., 0.5, 1
        assertEquals(10, draw(results).ticks().size());
    }

    @Test
    void divergedRunsAreCrossesAtTheBottom() throws Exception {
        Svg svg = draw(Runs.finished("ring", 0.1, 0.5), Runs.diverged("ring", 0.2), Runs.diverged("solo", 0.2),
                Runs.diverged("solo", 0.4));

        assertEquals(1 + 1, svg.markers(Svg.BLUE));
        assertEquals(1, svg.crosses(Svg.BLUE));
        assertEquals(2 + 1, svg.crosses(Svg.ORANGE_RED), "a topology that only diverged is in the legend as a cross");
        assertEquals(0, svg.lines(Svg.ORANGE_RED).size(), "crosses are not connected");
        assertTrue(svg.text("desc").contains("ring: learning rate 0.2, diverged"));
    }

    @Test
    void crossesOfOneLearningRateDoNotHideEachOther() throws Exception {
        Svg svg = draw(Runs.diverged("ring", 0.2), Runs.diverged("solo", 0.2), Runs.diverged("star", 0.2));

        List<String> crosses = new ArrayList<>();
        svg.elements("path").stream()
                .filter(path -> path.getAttribute("style").contains("fill:none;stroke:rgb("))
                .forEach(path -> crosses.add(path.getAttribute("d")));
        assertEquals(3 + 3, crosses.stream().distinct().count());
    }

    @Test
    void severalSeedsAreOnePointWithTheirIntervalAsErrorBar() throws Exception {
        Svg svg = draw(
                Runs.result("ring", 0.1, 1, RunStatus.FINISHED, OptionalDouble.of(0.49)),
                Runs.result("ring", 0.1, 2, RunStatus.FINISHED, OptionalDouble.of(0.50)),
                Runs.result("ring", 0.1, 3, RunStatus.FINISHED, OptionalDouble.of(0.51)),
                Runs.finished("ring", 0.2, 0.31),
                Runs.finished("ring", 0.4, 0.69));

        assertEquals(3 + 1, svg.markers(Svg.BLUE));
        // t(0.975, 2) = 4.3027 times s.d. 1 % / sqrt(3)
        String description = svg.text("desc");
        assertTrue(description.contains("ring: learning rate 0.1, 50.00 ± 2.48 %"), description);
        assertTrue(description.contains("ring: learning rate 0.2, 31.00 %"), description);
        double[] bar = svg.lines(Svg.BLUE).stream().filter(line -> line[0] == line[2]).findFirst().orElseThrow();
        assertEquals(2 * 0.24841 * tenPercent(svg), Math.abs(bar[1] - bar[3]), 0.05, "the interval, to both sides");
    }

    /** Height of ten percent, by the grid lines of 30 to 70 percent. */
    private static double tenPercent(Svg svg) {
        List<Double> grid = svg.gridLines();
        return (Collections.max(grid) - Collections.min(grid)) / 4;
    }

    @Test
    void whatIsNotDrawnIsCounted() throws Exception {
        Svg without = draw(Runs.finished("ring", 0.1, 0.5));
        Svg with = draw(
                Runs.finished("ring", 0.1, 0.5),
                Runs.result("ring", 0.2, 1, RunStatus.FAILED, OptionalDouble.of(0.9)),
                Runs.result("solo", 0.2, 1, RunStatus.INTERRUPTED, OptionalDouble.of(0.9)));

        assertEquals(without.markers(Svg.BLUE), with.markers(Svg.BLUE));
        assertEquals(0, with.markers(Svg.ORANGE_RED));
        assertEquals(without.markers(Svg.FAINT) + 1, with.markers(Svg.FAINT), "a note in outlines");
        assertTrue(with.text("desc").contains("not drawn: 1 failed, 1 interrupted"));
    }

    @Test
    void singlePoint() throws Exception {
        Svg svg = draw(Runs.finished("ring", 0.1, 0.5));

        assertEquals(1 + 1, svg.circles(Svg.BLUE).size());
        assertEquals(1, svg.ticks().size());
        assertTrue(svg.gridLines().size() >= 3, "grid lines at round numbers");
    }

    @Test
    void emptyInputIsAnEmptyChartThatSaysSo() throws Exception {
        Svg svg = draw();

        assertTrue(svg.text("desc").contains("no finished run"));
        assertEquals(0, svg.markers(Svg.BLUE));
        assertEquals(0, svg.ticks().size(), "no learning rates are made up");
    }

    @Test
    void withoutAFinishedRunItSaysSo() throws Exception {
        String failed = draw(Runs.result("ring", 0.2, 1, RunStatus.FAILED, OptionalDouble.empty())).text("desc");
        assertTrue(failed.contains("no finished run\nnot drawn: 1 failed"), failed);

        Svg onlyDiverged = draw(Runs.diverged("ring", 0.2));
        assertTrue(onlyDiverged.text("desc").contains("no finished run\n× at the bottom: diverged"));
        assertEquals(1, onlyDiverged.ticks().size());
        assertFalse(draw(Runs.finished("ring", 0.2, 0.5)).text("desc").contains("no finished run"));
    }

    @Test
    void accuracyThatIsNoNumberIsNoPoint() throws Exception {
        Svg svg = draw(Runs.finished("ring", 0.1, Double.NaN), Runs.finished("ring", 0.2, 0.5));

        assertEquals(1 + 1, svg.circles(Svg.BLUE).size());
    }

    @Test
    void specialCharactersAreEscaped() throws Exception {
        String title = "a < b & \"c\" > 'd' ]]> é";
        Svg svg = draw(title, "synthetic <data>", Runs.finished("<ring> & \"co\"", 0.1, 0.5));

        assertEquals(title, svg.text("title"));
        assertTrue(svg.text("desc").startsWith("synthetic <data>\n"));
        assertTrue(svg.text("desc").contains("<ring> & \"co\": learning rate 0.1, 50.00 %"));
    }

    @Test
    void subtitleIsDrawn() throws Exception {
        int without = draw("title", "", Runs.finished("ring", 0.1, 0.5)).markers(Svg.FAINT);

        assertEquals(without + 1, draw("title", "synthetic data", Runs.finished("ring", 0.1, 0.5)).markers(Svg.FAINT));
    }

    @Test
    void emptyNamesDoNotMatter() throws Exception {
        assertEquals(1 + 1, draw("", "", Runs.finished("", 0.1, 0.5)).circles(Svg.BLUE).size());
    }

    @Test
    void topologiesOfDifferentSizesAreDifferentLines() throws Exception {
        RunResult eight = Runs.finished("ring", 0.1, 0.5);
        RunResult four = new RunResult(
                "e", "ring", 4, "mlp", 0.1, 1, RunStatus.FINISHED, 10, OptionalDouble.of(0.4), OptionalDouble.empty(),
                OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(),
                Optional.empty());
        String description = draw(eight, four).text("desc");

        assertTrue(description.contains("ring, 8 workers: learning rate 0.1, 50.00 %"), description);
        assertTrue(description.contains("ring, 4 workers: learning rate 0.1, 40.00 %"), description);
    }

    @Test
    void namesNoOutsideAddress() throws Exception {
        draw(Runs.finished("ring", 0.1, 0.5));
        String text = Files.readString(folder.resolve("lr-accuracy.svg"));

        assertFalse(text.contains("<!DOCTYPE"));
        assertEquals(text, text.replaceAll("https?://(?!www.w3.org/(2000/svg|1999/xlink)\")[^\"]*", ""));
    }

    @Test
    void saysWhereItCannotWrite() {
        Path svg = folder.resolve("missing").resolve("x.svg");
        RecordException failure = assertThrows(
                RecordException.class, () -> Charts.learningRateAccuracy(List.of(), "", "", svg));
        assertEquals("cannot write " + svg + ": no such file or folder", failure.getMessage());
    }
}
