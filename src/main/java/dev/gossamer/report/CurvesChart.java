package dev.gossamer.report;

import dev.gossamer.record.Decimal;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.MetricsRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Test accuracy over training, a line for each run. */
final class CurvesChart {

    private static final String MEAN_MODEL = "mean";
    private static final int MOST_MARKERS = 25;

    /** One evaluation: when it was, and the test accuracy in percent. */
    private record Point(long step, double epoch, double accuracy) {}

    private final Map<String, List<Point>> curves = new LinkedHashMap<>();
    private final List<String> withoutEvaluation = new ArrayList<>();

    CurvesChart(Map<String, Path> metricsCsvByLabel) {
        metricsCsvByLabel.forEach((label, file) -> {
            List<Point> points = points(MetricsFile.read(file));
            if (points.isEmpty()) {
                withoutEvaluation.add(Figure.label(label));
            } else {
                curves.put(Figure.label(label), points);
            }
        });
    }

    /** Mean over the evaluated workers of each step, or the mean model where there are none. */
    private static List<Point> points(List<MetricsRow> rows) {
        List<MetricsRow> tests = rows.stream().filter(row -> row.split().equals("test")).toList();
        List<MetricsRow> workers = tests.stream().filter(row -> !row.worker().equals(MEAN_MODEL)).toList();
        Map<Long, List<MetricsRow>> steps = (workers.isEmpty() ? tests : workers)
                .stream().collect(Collectors.groupingBy(MetricsRow::step, TreeMap::new, Collectors.toList()));
        List<Point> points = new ArrayList<>();
        steps.forEach((step, group) -> points.add(new Point(
                step,
                group.get(0).epoch(),
                100 * group.stream().mapToDouble(MetricsRow::accuracy).average().orElseThrow())));
        return points;
    }

    void write(String title, String subtitle, Path svg) {
        Figure figure = new Figure(curves.size(), "test accuracy (%)");
        XYChart chart = figure.chart();
        AccuracyAxis.of(curves.values().stream().flatMap(List::stream).map(Point::accuracy).toList())
                .applyTo(chart);
        boolean epochs = curves.values().stream().flatMap(List::stream).anyMatch(point -> point.epoch() >= 1);
        HorizontalAxis axis = HorizontalAxis.linear(end(epochs));
        axis.applyTo(chart);
        curves.forEach((label, points) -> draw(figure, label, points, epochs));
        figure.write(title, subtitle, graphics -> axis.draw(graphics, chart, epochs ? "epoch" : "step"), note(), svg);
    }

    private double end(boolean epochs) {
        double end = curves.values().stream()
                .flatMap(List::stream)
                .mapToDouble(point -> epochs ? point.epoch() : point.step())
                .max()
                .orElse(1);
        return Math.max(1, end);
    }

    private static void draw(Figure figure, String label, List<Point> points, boolean epochs) {
        XYChart chart = figure.chart();
        int index = chart.getSeriesMap().size();
        double[] x = points.stream().mapToDouble(point -> epochs ? point.epoch() : point.step()).toArray();
        double[] y = points.stream().mapToDouble(Point::accuracy).toArray();
        XYSeries series = chart.addSeries(label, x, y);
        series.setLineColor(Palette.color(index)).setLineStyle(Palette.line(index));
        series.setMarkerColor(Palette.color(index));
        series.setMarker(points.size() > MOST_MARKERS ? SeriesMarkers.NONE : Palette.marker(index));
        Point last = points.get(points.size() - 1);
        figure.describe(label + ": " + points.size() + " evaluations, the last at step " + last.step() + " (epoch "
                + Decimal.format(last.epoch()) + ") " + AccuracyAxis.text(last.accuracy()) + " %");
    }

    private String note() {
        if (withoutEvaluation.isEmpty()) {
            return curves.isEmpty() ? "no runs" : "";
        }
        return "without evaluation: " + String.join(", ", withoutEvaluation);
    }
}
