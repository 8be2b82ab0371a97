package dev.gossamer.report.chart;

import dev.gossamer.algorithm.Sent;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.analysis.MeanInterval;
import dev.gossamer.report.analysis.Metric;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.analysis.SeedGroup;
import dev.gossamer.report.chart.Chart.Cross;
import dev.gossamer.report.chart.Chart.Line;
import dev.gossamer.report.chart.Chart.Point;
import dev.gossamer.text.Bytes;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A metric over training, or over what was sent for it. Finished runs that differ in nothing but the seed are one line,
 * their mean at each step; any other run is a line of its own, which a cross ends where it diverged.
 */
final class CurveChart {

    private static final int FEW_LINES = 8;
    private static final double LEAST_SHARE = 1e-3;

    /** What is on the horizontal axis: where a row is on it, not a number for nowhere, and what to say of those. */
    private record Over(Axis axis, ToDoubleFunction<MetricsRow> place, String nowhere, String empty) {

        static Over training(Map<RecordedRun, List<MetricsRow>> metrics) {
            boolean epochs = rows(metrics).anyMatch(row -> row.epoch() >= 1);
            return new Over(Axis.linear(epochs ? "epoch" : "step"), epochs ? MetricsRow::epoch : MetricsRow::step,
                    "without evaluation", "no evaluated run");
        }

        static Over bytes(Map<RecordedRun, List<MetricsRow>> metrics) {
            Bytes.Unit unit = Bytes.unit(rows(metrics).mapToDouble(Over::bytes).max().orElse(0));
            return new Over(Axis.logarithmic(unit.name() + " sent by all workers (logarithmic)"),
                    row -> bytes(row) > 0 ? bytes(row) / unit.size() : Double.NaN,
                    "nothing sent, or not recorded", "no evaluated run whose messages are recorded");
        }

        private static double bytes(MetricsRow row) {
            return row.sent().map(Sent::bytes).orElse(0L);
        }

        private static Stream<MetricsRow> rows(Map<RecordedRun, List<MetricsRow>> metrics) {
            return metrics.values().stream().flatMap(List::stream);
        }
    }

    /** One evaluation of a run: when it was, where it is on the axis, and the value. */
    private record Evaluation(long step, double place, double value) {}

    /** The runs of a line, before the axis is known. */
    private record Curve(String name, SeedGroup group, List<RecordedRun> runs) {}

    private final Map<RecordedRun, List<MetricsRow>> metrics;
    private final Metric metric;
    private final List<Curve> curves = new ArrayList<>();
    private final Set<SeedGroup> best;
    private final Over over;

    private CurveChart(Map<RecordedRun, List<MetricsRow>> metrics, Over over, Metric metric) {
        this.metrics = metrics;
        this.over = over;
        this.metric = metric;
        List<SeedGroup> groups = SeedGroup.of(List.copyOf(metrics.keySet()));
        best = new HashSet<>(SeedGroup.mostAccurate(groups));
        groups.forEach(this::add);
    }

    /**
     * A chart of a metric over training.
     *
     * @param metrics the rows of {@code metrics.csv} of every run, in the order of the legend
     */
    static Chart of(Map<RecordedRun, List<MetricsRow>> metrics, Metric metric) {
        return new CurveChart(metrics, Over.training(metrics), metric).chart();
    }

    /** The same over the bytes that all workers together had sent. */
    static Chart overBytes(Map<RecordedRun, List<MetricsRow>> metrics, Metric metric) {
        return new CurveChart(metrics, Over.bytes(metrics), metric).chart();
    }

    private void add(SeedGroup group) {
        List<RecordedRun> finished = group.ended(RunStatus.FINISHED);
        if (finished.size() > 1) {
            String name = group.series() + ", learning rate " + group.learningRateText() + ", mean of "
                    + finished.size() + " seeds";
            curves.add(new Curve(name, group, finished));
        }
        for (RecordedRun run : group.runs()) {
            if (finished.size() == 1 || !finished.contains(run)) {
                curves.add(new Curve(name(run), group, List.of(run)));
            }
        }
    }

    private static String name(RecordedRun run) {
        RunStatus status = run.result().status();
        String name = ReportedRuns.name(run);
        return Shown.label(status == RunStatus.FINISHED ? name : name + " (" + status + ")");
    }

    private Chart chart() {
        List<Line> lines = new ArrayList<>();
        List<String> without = new ArrayList<>();
        int style = (int) curves.stream().filter(this::isBest).count();
        int bestStyle = 0;
        for (Curve curve : curves) {
            Line line = line(curve, isBest(curve) ? bestStyle++ : style++);
            if (line.points().isEmpty()) {
                without.add(curve.name());
            } else {
                lines.add(line);
            }
        }
        return chart(lines, without);
    }

    private Chart chart(List<Line> lines, List<String> without) {
        List<Point> points = lines.stream().flatMap(line -> line.points().stream()).toList();
        List<String> notes = new ArrayList<>();
        if (lines.stream().anyMatch(line -> !line.crosses().isEmpty())) {
            notes.add("× at the end: diverged");
        }
        if (!without.isEmpty()) {
            notes.add(over.nowhere() + ": " + String.join(", ", without));
        }
        boolean seeds = points.stream().anyMatch(point -> point.y().count() > 1);
        return new Chart(
                horizontal(points),
                vertical(metric.title() + (seeds ? ", 95 % interval" : ""), points),
                Chart.Marks.POINTS,
                lines,
                notes,
                over.empty());
    }

    private Axis horizontal(List<Point> points) {
        Axis axis = over.axis();
        if (points.isEmpty()) {
            return Axis.empty(axis.quantity(), axis.title());
        }
        double[] places = points.stream().mapToDouble(Point::x).toArray();
        return axis.logarithmic()
                ? axis.around(places)
                : Axis.linear(axis.title(), Math.max(1, Arrays.stream(places).max().orElse(1)));
    }

    private Axis vertical(String title, List<Point> points) {
        if (metric.isAccuracy()) {
            return Axis.percentages(title, points.stream().map(point -> point.y().mean()).toList());
        }
        return metric == Metric.CONSENSUS_DISTANCE ? Axis.logarithmic(title) : Axis.linear(title);
    }

    /** Whether a line is that of the best learning rate of its series. */
    private boolean isBest(Curve curve) {
        RecordedRun first = curve.runs().get(0);
        return best.contains(curve.group()) && first.result().status() == RunStatus.FINISHED;
    }

    private Line line(Curve curve, int style) {
        Map<Long, List<Evaluation>> steps = curve.runs().stream().flatMap(run -> evaluations(run).stream())
                .collect(Collectors.groupingBy(Evaluation::step, TreeMap::new, Collectors.toList()));
        List<Point> points = steps.values().stream().map(this::point).toList();
        boolean shown = isBest(curve) || curves.size() <= FEW_LINES;
        List<Cross> crosses = crosses(curve.runs().get(0));
        return new Line(curve.name(), style, shown, points, crosses, "", words(curve.name(), points, crosses));
    }

    private Point point(List<Evaluation> seeds) {
        double x = place(seeds);
        MeanInterval y = MeanInterval.of(seeds.stream().map(Evaluation::value).toList());
        return metric == Metric.CONSENSUS_DISTANCE ? Point.above(LEAST_SHARE, x, y) : Point.of(x, y);
    }

    /** Where the evaluations of a step are: the mean where seeds, of topologies of their own, sent more or less. */
    private static double place(List<Evaluation> seeds) {
        double first = seeds.get(0).place();
        return seeds.stream().allMatch(seed -> seed.place() == first)
                ? first
                : seeds.stream().mapToDouble(Evaluation::place).average().orElseThrow();
    }

    /** Of a line, the last point. */
    private List<String> words(String name, List<Point> points, List<Cross> crosses) {
        List<String> words = new ArrayList<>();
        Axis axis = over.axis();
        if (!points.isEmpty()) {
            Point last = points.get(points.size() - 1);
            String evaluations = points.size() == 1 ? "1 evaluation, at " : points.size()
                    + " evaluations, the last at ";
            words.add(name + ": " + evaluations + Words.at(axis, last.x()) + ", "
                    + (metric.isAccuracy() ? Words.percent(last.y()) : Words.number(last.y())));
        }
        crosses.forEach(cross -> words.add(Words.diverged(name, axis, cross)));
        return words;
    }

    /** Marks the last point of a diverged run that is a number. */
    private List<Cross> crosses(RecordedRun run) {
        List<Evaluation> finite = evaluations(run).stream().filter(e -> Double.isFinite(e.value())).toList();
        if (run.result().status() != RunStatus.DIVERGED || finite.isEmpty()) {
            return List.of();
        }
        Evaluation last = finite.get(finite.size() - 1);
        return List.of(new Cross(last.place(), 0, last.value()));
    }

    /** Mean over the evaluated workers of each step, or the mean model where there are none. */
    private List<Evaluation> evaluations(RecordedRun run) {
        List<MetricsRow> rows =
                metrics.get(run).stream().filter(row -> row.split().equals(metric.split())).toList();
        List<MetricsRow> workers = rows.stream().filter(row -> !row.worker().equals(MetricsRow.MEAN_MODEL)).toList();
        Stream<MetricsRow> read = (workers.isEmpty() ? rows : workers).stream();
        Collection<List<MetricsRow>> steps =
                read.collect(Collectors.groupingBy(MetricsRow::step, TreeMap::new, Collectors.toList())).values();
        return steps.stream()
                .map(step -> new Evaluation(
                        step.get(0).step(),
                        over.place().applyAsDouble(step.get(0)),
                        step.stream().mapToDouble(metric::value).average().orElseThrow()))
                .filter(evaluation -> !Double.isNaN(evaluation.place()))
                .toList();
    }
}
