package dev.gossamer.report;

import dev.gossamer.record.Decimal;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;

/** Accuracy over learning rate. The axis of XChart is linear in log10 of the learning rate; its ticks are drawn here. */
final class LearningRateChart {

    private static final double CROSS_HEIGHT = 0.025;
    private static final double CROSS_SPACING = 0.018;

    /** The runs of one line: test accuracies in percent of all seeds, and the learning rates that diverged. */
    private static final class Line {
        final Map<Double, List<Double>> accuracies = new TreeMap<>();
        final TreeSet<Double> diverged = new TreeSet<>();
    }

    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final TreeSet<Double> learningRates = new TreeSet<>();
    private final Map<String, Integer> notDrawn = new TreeMap<>();

    LearningRateChart(List<RunResult> results) {
        SeriesNames names = new SeriesNames(results);
        for (RunResult result : results) {
            add(result, Figure.label(names.of(result)));
        }
    }

    private void add(RunResult result, String name) {
        boolean diverged = result.status() == RunStatus.DIVERGED;
        boolean measured = result.status() == RunStatus.FINISHED && result.testAccuracy().isPresent();
        if (!diverged && !measured || !(result.learningRate() > 0)) {
            notDrawn.merge(measured ? "without positive learning rate" : result.status().toString(), 1, Integer::sum);
            return;
        }
        Line line = lines.computeIfAbsent(name, key -> new Line());
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
        Figure figure = new Figure(lines.size(), "test accuracy (%)" + (severalSeeds() ? ", mean ± s.d. over seeds" : ""));
        AccuracyAxis accuracy = accuracyAxis();
        accuracy.applyTo(figure.chart());
        HorizontalAxis axis = HorizontalAxis.logarithmic(learningRates);
        axis.applyTo(figure.chart());
        int index = 0;
        for (Map.Entry<String, Line> line : lines.entrySet()) {
            drawLine(figure, line.getKey(), line.getValue(), index);
            drawDiverged(figure, line.getKey(), line.getValue(), index, axis, accuracy);
            index++;
        }
        figure.write(
                title,
                subtitle,
                graphics -> axis.draw(graphics, figure.chart(), "learning rate (logarithmic)"),
                note(),
                svg);
    }

    private boolean severalSeeds() {
        return lines.values().stream()
                .flatMap(line -> line.accuracies.values().stream())
                .anyMatch(seeds -> seeds.size() > 1);
    }

    private AccuracyAxis accuracyAxis() {
        return AccuracyAxis.of(lines.values().stream()
                .flatMap(line -> line.accuracies.values().stream())
                .flatMap(List::stream)
                .toList());
    }

    private static void drawLine(Figure figure, String name, Line line, int index) {
        if (line.accuracies.isEmpty()) {
            return;
        }
        double[] x = line.accuracies.keySet().stream().mapToDouble(Math::log10).toArray();
        double[] y = line.accuracies.values().stream().mapToDouble(LearningRateChart::mean).toArray();
        double[] deviations = line.accuracies.values().stream().mapToDouble(LearningRateChart::deviation).toArray();
        boolean bars = line.accuracies.values().stream().anyMatch(seeds -> seeds.size() > 1);
        XYSeries series = figure.chart().addSeries(name, x, y, bars ? deviations : null);
        series.setLineColor(Palette.color(index)).setLineStyle(Palette.line(index));
        series.setMarkerColor(Palette.color(index)).setMarker(Palette.marker(index));
        line.accuracies.forEach((learningRate, seeds) -> figure.describe(
                name + ": learning rate " + Decimal.format(learningRate) + ", " + AccuracyAxis.text(mean(seeds)) + " %"));
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

    private void drawDiverged(Figure figure, String name, Line line, int index, HorizontalAxis axis, AccuracyAxis accuracy) {
        if (line.diverged.isEmpty()) {
            return;
        }
        double[] x = line.diverged.stream()
                .mapToDouble(learningRate -> Math.log10(learningRate) + shift(line, learningRate) * axis.span())
                .toArray();
        double[] y = new double[x.length];
        Arrays.fill(y, accuracy.at(CROSS_HEIGHT));
        boolean alone = line.accuracies.isEmpty();
        XYChart chart = figure.chart();
        XYSeries series = chart.addSeries(alone ? name : name + " diverged", x, y);
        series.setShowInLegend(alone);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line).setLineStyle(SeriesLines.NONE);
        series.setMarkerColor(Palette.color(index)).setMarker(Palette.CROSS);
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
        if (lines.isEmpty()) {
            notes.add("no finished runs");
        }
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
