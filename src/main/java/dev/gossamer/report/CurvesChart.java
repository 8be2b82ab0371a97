package dev.gossamer.report;

import dev.gossamer.record.Decimal;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunStatus;
import java.awt.Graphics2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Test accuracy over training, a line for each run, with a cross at its end where it diverged. */
final class CurvesChart {

    private static final String MEAN_MODEL = "mean";
    private static final int MOST_MARKERS = 25;
    private static final int CROSS_SIZE = 16;

    /** One evaluation: when it was, and the test accuracy in percent. */
    private record Point(long step, double epoch, double accuracy) {

        double at(boolean epochs) {
            return epochs ? epoch : step;
        }
    }

    /** A line of the chart. */
    private record Curve(String label, List<Point> points, boolean diverged) {}

    private final List<Curve> curves = new ArrayList<>();
    private final List<String> withoutEvaluation = new ArrayList<>();

    CurvesChart(List<RecordedRun> runs) {
        for (RecordedRun run : runs) {
            List<Point> points = points(MetricsFile.read(run.folder().resolve(RunFolder.METRICS)));
            boolean diverged = run.result().status() == RunStatus.DIVERGED;
            String label = Figure.label(diverged ? run.name() + " (diverged)" : run.name());
            if (points.isEmpty()) {
                withoutEvaluation.add(label);
            } else {
                curves.add(new Curve(label, points, diverged));
            }
        }
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
        AccuracyAxis.of(points().map(Point::accuracy).toList()).applyTo(figure.chart());
        boolean epochs = points().anyMatch(point -> point.epoch() >= 1);
        HorizontalAxis axis = curves.isEmpty() ? HorizontalAxis.empty() : HorizontalAxis.linear(end(epochs));
        axis.applyTo(figure.chart());
        for (int index = 0; index < curves.size(); index++) {
            draw(figure, index, epochs);
        }
        figure.write(title, subtitle, graphics -> drawOverlay(graphics, figure, axis, epochs), note(), svg);
    }

    private void drawOverlay(Graphics2D graphics, Figure figure, HorizontalAxis axis, boolean epochs) {
        axis.draw(graphics, figure.chart(), epochs ? "epoch" : "step");
        if (curves.isEmpty()) {
            figure.say(graphics, "no evaluated run");
        }
        for (int index = 0; index < curves.size(); index++) {
            drawCross(graphics, figure.chart(), index, epochs);
        }
    }

    private Stream<Point> points() {
        return curves.stream().flatMap(curve -> curve.points.stream());
    }

    private double end(boolean epochs) {
        return Math.max(1, points().mapToDouble(point -> point.at(epochs)).max().orElseThrow());
    }

    private void draw(Figure figure, int index, boolean epochs) {
        Curve curve = curves.get(index);
        double[] x = curve.points.stream().mapToDouble(point -> point.at(epochs)).toArray();
        double[] y = curve.points.stream().mapToDouble(Point::accuracy).toArray();
        XYSeries series = figure.chart().addSeries(curve.label, x, y);
        series.setLineColor(Palette.color(index)).setLineStyle(Palette.line(index));
        series.setMarkerColor(Palette.color(index));
        series.setMarker(x.length > MOST_MARKERS ? SeriesMarkers.NONE : Palette.marker(index));
        Point last = curve.points.get(x.length - 1);
        String evaluations = x.length == 1 ? "1 evaluation, at step " : x.length + " evaluations, the last at step ";
        String where = evaluations + last.step() + ", epoch " + Decimal.format(last.epoch());
        figure.describe(curve.label, where, last.accuracy());
    }

    /** Marks the last point of a diverged run that is a number. */
    private void drawCross(Graphics2D graphics, XYChart chart, int index, boolean epochs) {
        List<Point> finite = curves.get(index).points.stream().filter(p -> Double.isFinite(p.accuracy())).toList();
        if (curves.get(index).diverged && !finite.isEmpty()) {
            Point last = finite.get(finite.size() - 1);
            double x = chart.getScreenXFromChart(last.at(epochs));
            double y = chart.getScreenYFromChart(last.accuracy());
            graphics.setColor(Palette.color(index));
            Palette.CROSS.paint(graphics, x, y, CROSS_SIZE);
        }
    }

    private String note() {
        List<String> notes = new ArrayList<>();
        if (curves.stream().anyMatch(Curve::diverged)) {
            notes.add("× at the end: diverged");
        }
        if (!withoutEvaluation.isEmpty()) {
            notes.add("without evaluation: " + String.join(", ", withoutEvaluation));
        }
        return String.join("   ", notes);
    }
}
