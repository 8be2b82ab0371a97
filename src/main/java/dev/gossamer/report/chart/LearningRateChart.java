package dev.gossamer.report.chart;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.analysis.SeedGroup;
import dev.gossamer.report.analysis.VariedKeys;
import dev.gossamer.report.chart.Chart.Cross;
import dev.gossamer.report.chart.Chart.Line;
import dev.gossamer.report.chart.Chart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Test accuracy in percent over learning rate, a line for each {@link VariedKeys series}: the mean over the finished
 * seeds. Diverged runs are crosses at the bottom, side by side where several lines diverged at one learning rate.
 */
final class LearningRateChart {

    private static final double CROSS_HEIGHT = 0.025;
    private static final double CROSS_SPACING = 0.022;

    /** Crosses at the first or last learning rate stay on the axis. */
    private static final double CROSS_ROOM = 0.09;

    private final List<SeedGroup> groups;
    private final List<String> series;
    private final Axis accuracy;
    private final Axis axis;

    private LearningRateChart(List<SeedGroup> groups) {
        this.groups = groups.stream().filter(LearningRateChart::isDrawn).toList();
        series = groups.stream().map(SeedGroup::series).distinct().toList();
        accuracy = Axis.percentages(
                "test accuracy (%)" + (haveSeeds() ? ", mean over seeds, 95 % interval" : ""),
                groups.stream().flatMap(group -> percentages(group).stream()).toList());
        axis = Axis.logarithmic("learning rate", this.groups.stream().map(SeedGroup::learningRate).toList());
    }

    static Chart of(List<RecordedRun> runs) {
        LearningRateChart chart = new LearningRateChart(SeedGroup.of(runs));
        List<Line> lines = chart.lines();
        return new Chart(chart.axis, chart.accuracy, Chart.Marks.POINTS, lines, notes(lines, runs), "no finished run");
    }

    private boolean haveSeeds() {
        return groups.stream().anyMatch(group -> percentages(group).size() > 1);
    }

    private static boolean isDrawn(SeedGroup group) {
        boolean diverged = !group.ended(RunStatus.DIVERGED).isEmpty();
        return group.learningRate() > 0 && (diverged || !percentages(group).isEmpty());
    }

    private static List<Double> percentages(SeedGroup group) {
        return group.values(LearningRateChart::percentage);
    }

    private static OptionalDouble percentage(RunResult result) {
        OptionalDouble share = result.testAccuracy();
        return share.isPresent() ? OptionalDouble.of(100 * share.getAsDouble()) : share;
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (String name : series) {
            List<SeedGroup> line = groups.stream().filter(group -> group.series().equals(name)).toList();
            if (!line.isEmpty()) {
                List<Point> points = points(line);
                List<Cross> crosses = crosses(line);
                lines.add(new Line(name, series.indexOf(name), true, points, crosses, "",
                        words(name, points, crosses)));
            }
        }
        return lines;
    }

    private List<String> words(String name, List<Point> points, List<Cross> crosses) {
        List<String> words = new ArrayList<>();
        points.forEach(point -> words.add(name + ": " + Words.at(axis, point.x()) + ", " + Words.percent(point.y())));
        crosses.forEach(cross -> words.add(Words.diverged(name, axis, cross)));
        return words;
    }

    private static List<Point> points(List<SeedGroup> line) {
        List<Point> points = new ArrayList<>();
        for (SeedGroup group : line) {
            group.mean(LearningRateChart::percentage)
                    .ifPresent(mean -> points.add(Point.of(group.learningRate(), mean)));
        }
        return points;
    }

    private List<Cross> crosses(List<SeedGroup> line) {
        return line.stream()
                .filter(group -> !group.ended(RunStatus.DIVERGED).isEmpty())
                .map(group -> new Cross(
                        group.learningRate(),
                        shift(group),
                        accuracy.min() + CROSS_HEIGHT * accuracy.span()))
                .toList();
    }

    /** Moves crosses at the same learning rate side by side, as a share of the axis. */
    private double shift(SeedGroup group) {
        List<String> diverged = groups.stream()
                .filter(other -> other.learningRate() == group.learningRate())
                .filter(other -> !other.ended(RunStatus.DIVERGED).isEmpty())
                .map(SeedGroup::series)
                .toList();
        double spacing = Math.min(CROSS_SPACING, CROSS_ROOM / diverged.size());
        return (diverged.indexOf(group.series()) - (diverged.size() - 1) / 2.0) * spacing;
    }

    private static List<String> notes(List<Line> lines, List<RecordedRun> runs) {
        List<String> notes = new ArrayList<>();
        if (lines.stream().anyMatch(line -> !line.crosses().isEmpty())) {
            notes.add("× at the bottom: diverged");
        }
        Map<String, Integer> left = new TreeMap<>();
        for (RecordedRun run : runs) {
            RunStatus status = run.result().status();
            if (status == RunStatus.FAILED || status == RunStatus.INTERRUPTED) {
                left.merge(status.toString(), 1, Integer::sum);
            } else if (!(run.result().learningRate() > 0)) {
                left.merge("without positive learning rate", 1, Integer::sum);
            }
        }
        if (!left.isEmpty()) {
            List<String> counts = left.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList();
            notes.add("not drawn: " + String.join(", ", counts));
        }
        return notes;
    }
}
