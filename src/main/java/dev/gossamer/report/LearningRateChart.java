package dev.gossamer.report;

import dev.gossamer.record.Decimal;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.awt.Graphics2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;

/**
 * Accuracy over learning rate, a line for each {@link VariedKeys series}. The axis of XChart is linear in log10 of the
 * learning rate; its ticks are drawn here.
 */
final class LearningRateChart {

    private static final double CROSS_HEIGHT = 0.025;
    private static final double CROSS_SPACING = 0.022;

    /** The runs of one line: test accuracies in percent of all seeds, and the learning rates that diverged. */
    private static final class Line {
        final int index;
        final Map<Double, List<Double>> accuracies = new TreeMap<>();
        final TreeSet<Double> diverged = new TreeSet<>();

        Line(int index) {
            this.index = index;
        }
    }

    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final TreeSet<Double> learningRates = new TreeSet<>();
    private final Map<String, Integer> notDrawn = new TreeMap<>();

    LearningRateChart(List<RecordedRun> runs) {
        VariedKeys varied = new VariedKeys(runs);
        for (RecordedRun run : runs) {
            add(run.result(), Figure.label(varied.series(run)));
        }
    }

    private void add(RunResult result, String name) {
        boolean diverged = result.status() == RunStatus.DIVERGED;
        boolean measured = result.status() == RunStatus.FINISHED && result.testAccuracy().isPresent();
        if (!diverged && !measured || !(result.learningRate() > 0)) {
            notDrawn.merge(measured ? "without positive learning rate" : result.status().toString(), 1, Integer::sum);
            return;
        }
        Line line = lines.computeIfAbsent(name, key -> new Line(lines.size()));
        learningRates.add(result.learningRate());
        if (diverged) {
            line.diverged.add(result.learningRate());
        } else {
            line.accuracies
                    .computeIfAbsent(result.learningRate(), key -> new ArrayList<>())
                    .add(100 * result.testAccuracy().getAsDouble());
        }
    }

    void write(String title, String subtitle, Path svg) {
        String seeds = severalSeeds() ? ", mean ± s.d. over seeds" : "";
        Figure figure = new Figure(lines.size(), "test accuracy (%)" + seeds);
        AccuracyAxis accuracy = accuracyAxis();
        accuracy.applyTo(figure.chart());
        HorizontalAxis axis = HorizontalAxis.logarithmic(learningRates);
        axis.applyTo(figure.chart());
        for (Map.Entry<String, Line> line : lines.entrySet()) {
            drawLine(figure, line.getKey(), line.getValue());
            drawDiverged(figure, line.getKey(), line.getValue(), axis.span(), accuracy.at(CROSS_HEIGHT));
        }
        figure.write(title, subtitle, graphics -> drawOverlay(graphics, figure, axis), note(), svg);
    }

    private void drawOverlay(Graphics2D graphics, Figure figure, HorizontalAxis axis) {
        axis.draw(graphics, figure.chart(), "learning rate (logarithmic)");
        if (points().findAny().isEmpty()) {
            figure.say(graphics, "no finished run");
        }
    }

    /** The accuracies that are a point together, for each point. */
    private Stream<List<Double>> points() {
        return lines.values().stream().flatMap(line -> line.accuracies.values().stream());
    }

    private boolean severalSeeds() {
        return points().anyMatch(seeds -> seeds.size() > 1);
    }

    private AccuracyAxis accuracyAxis() {
        return AccuracyAxis.of(points().flatMap(List::stream).toList());
    }

    private static void drawLine(Figure figure, String name, Line line) {
        if (line.accuracies.isEmpty()) {
            return;
        }
        double[] x = line.accuracies.keySet().stream().mapToDouble(Math::log10).toArray();
        double[] y = line.accuracies.values().stream().mapToDouble(LearningRateChart::mean).toArray();
        double[] deviations = line.accuracies.values().stream().mapToDouble(LearningRateChart::deviation).toArray();
        boolean bars = line.accuracies.values().stream().anyMatch(seeds -> seeds.size() > 1);
        XYSeries series = figure.chart().addSeries(name, x, y, bars ? deviations : null);
        series.setLineColor(Palette.color(line.index)).setLineStyle(Palette.line(line.index));
        series.setMarkerColor(Palette.color(line.index)).setMarker(Palette.marker(line.index));
        line.accuracies.forEach((learningRate, seeds) ->
                figure.describe(name, "learning rate " + Decimal.format(learningRate), mean(seeds)));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Standard deviation of a sample, 0 for a single value. */
    private static double deviation(List<Double> values) {
        double mean = mean(values);
        double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(squares / Math.max(1, values.size() - 1));
    }

    private void drawDiverged(Figure figure, String name, Line line, double span, double height) {
        if (line.diverged.isEmpty()) {
            return;
        }
        double[] x = line.diverged.stream()
                .mapToDouble(learningRate -> Math.log10(learningRate) + shift(line, learningRate) * span)
                .toArray();
        double[] y = new double[x.length];
        Arrays.fill(y, height);
        boolean alone = line.accuracies.isEmpty();
        XYSeries series = figure.chart().addSeries(alone ? name : name + " diverged", x, y);
        series.setShowInLegend(alone);
        series.setLineStyle(SeriesLines.NONE);
        series.setMarkerColor(Palette.color(line.index)).setMarker(Palette.CROSS);
        line.diverged.forEach(learningRate ->
                figure.describe(name + ": learning rate " + Decimal.format(learningRate) + ", diverged"));
    }

    /** Moves the crosses of lines that diverged at the same learning rate side by side, as a share of the axis. */
    private double shift(Line line, double learningRate) {
        List<Line> diverged = lines.values().stream()
                .filter(other -> other.diverged.contains(learningRate))
                .toList();
        return (diverged.indexOf(line) - (diverged.size() - 1) / 2.0) * CROSS_SPACING;
    }

    private String note() {
        List<String> notes = new ArrayList<>();
        if (lines.values().stream().anyMatch(line -> !line.diverged.isEmpty())) {
            notes.add("× at the bottom: diverged");
        }
        if (!notDrawn.isEmpty()) {
            List<String> counts = new ArrayList<>();
            notDrawn.forEach((reason, count) -> counts.add(count + " " + reason));
            notes.add("not drawn: " + String.join(", ", counts));
        }
        return String.join("   ", notes);
    }
}
