package dev.gossamer.report;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Test accuracy in percent over learning rate, a line for each {@link VariedKeys series}: the mean over the finished
 * seeds. Diverged runs are crosses at the bottom, side by side where several lines diverged at one learning rate.
 */
final class LearningRatePlot {

    private static final double CROSS_HEIGHT = 0.025;
    private static final double CROSS_SPACING = 0.022;

    /** Crosses at the first or last learning rate stay on the axis. */
    private static final double CROSS_ROOM = 0.09;

    private final List<SeedGroup> groups;
    private final List<String> series;
    private final AccuracyAxis accuracy;
    private final HorizontalAxis axis;

    private LearningRatePlot(List<SeedGroup> groups) {
        this.groups = groups.stream().filter(LearningRatePlot::isDrawn).toList();
        series = groups.stream().map(SeedGroup::series).distinct().toList();
        accuracy = AccuracyAxis.of(groups.stream().flatMap(group -> percentages(group).stream()).toList());
        axis = HorizontalAxis.logarithmic(this.groups.stream().map(SeedGroup::learningRate).toList());
    }

    static LinePlot of(List<RecordedRun> runs) {
        LearningRatePlot plot = new LearningRatePlot(SeedGroup.of(runs));
        List<PlotLine> lines = plot.lines();
        boolean seeds = lines.stream().flatMap(line -> line.points().stream()).anyMatch(p -> p.y().count() > 1);
        return new LinePlot(
                "learning rate (logarithmic)",
                plot.axis,
                "test accuracy (%)" + (seeds ? ", mean over seeds, 95 % interval" : ""),
                Optional.of(plot.accuracy),
                false,
                lines,
                notes(lines, runs),
                "no finished run");
    }

    private static boolean isDrawn(SeedGroup group) {
        boolean diverged = !group.ended(RunStatus.DIVERGED).isEmpty();
        return group.learningRate() > 0 && (diverged || !percentages(group).isEmpty());
    }

    private static List<Double> percentages(SeedGroup group) {
        return group.values(LearningRatePlot::percentage);
    }

    private static OptionalDouble percentage(RunResult result) {
        OptionalDouble share = result.testAccuracy();
        return share.isPresent() ? OptionalDouble.of(100 * share.getAsDouble()) : share;
    }

    private List<PlotLine> lines() {
        List<PlotLine> lines = new ArrayList<>();
        for (String name : series) {
            List<SeedGroup> line = groups.stream().filter(group -> group.series().equals(name)).toList();
            if (!line.isEmpty()) {
                lines.add(new PlotLine(name, series.indexOf(name), true, points(line), crosses(line)));
            }
        }
        return lines;
    }

    private static List<PlotPoint> points(List<SeedGroup> line) {
        List<PlotPoint> points = new ArrayList<>();
        for (SeedGroup group : line) {
            group.mean(LearningRatePlot::percentage)
                    .ifPresent(mean -> points.add(new PlotPoint(group.learningRate(), mean)));
        }
        return points;
    }

    private List<Cross> crosses(List<SeedGroup> line) {
        return line.stream()
                .filter(group -> !group.ended(RunStatus.DIVERGED).isEmpty())
                .map(group -> new Cross(
                        group.learningRate(),
                        axis.position(group.learningRate()) + shift(group) * axis.span(),
                        accuracy.at(CROSS_HEIGHT)))
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

    private static List<String> notes(List<PlotLine> lines, List<RecordedRun> runs) {
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
