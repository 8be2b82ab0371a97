package dev.gossamer.report;

import dev.gossamer.text.Decimal;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A {@link LinePlot} of accuracies as an SVG file. On a logarithmic axis, the chart holds log10 of x. An interval is an
 * error bar.
 */
final class LineChart {

    private static final int MOST_MARKERS = 25;
    private static final int CROSS_SIZE = 9;

    private final LinePlot plot;
    private final Figure figure;

    LineChart(LinePlot plot) {
        this.plot = plot;
        figure = new Figure(plot.lines().size(), plot.yTitle());
    }

    void write(String title, String subtitle, Path svg) {
        plot.y().orElseThrow().applyTo(figure.chart());
        plot.x().applyTo(figure.chart());
        plot.lines().forEach(this::draw);
        plot.lines().forEach(this::describe);
        figure.write(title, subtitle, this::drawOverlay, String.join("   ", plot.notes()), svg);
    }

    private void draw(PlotLine line) {
        XYSeries series = line.points().isEmpty() ? crossesAlone(line) : points(line);
        BasicStroke stroke = line.points().isEmpty() ? SeriesLines.NONE : Palette.line(line.style());
        series.setLineColor(Palette.color(line.style())).setLineStyle(stroke);
        series.setMarkerColor(Palette.color(line.style()));
    }

    private XYSeries points(PlotLine line) {
        List<PlotPoint> points = line.points();
        double[] x = points.stream().mapToDouble(point -> plot.x().position(point.x())).toArray();
        double[] y = points.stream().mapToDouble(point -> point.y().mean()).toArray();
        double[] bars = points.stream().mapToDouble(point -> point.y().halfWidth().orElse(0)).toArray();
        boolean seeds = points.stream().anyMatch(point -> point.y().count() > 1);
        boolean barred = seeds && x.length <= MOST_MARKERS;
        XYSeries series = figure.chart().addSeries(line.name(), x, y, barred ? bars : null);
        series.setMarker(x.length > MOST_MARKERS ? SeriesMarkers.NONE : Palette.marker(line.style()));
        return series;
    }

    /** What only diverged is in the legend as a cross, and no line. */
    private XYSeries crossesAlone(PlotLine line) {
        double[] x = line.crosses().stream().mapToDouble(Cross::position).toArray();
        double[] y = line.crosses().stream().mapToDouble(Cross::y).toArray();
        XYSeries series = figure.chart().addSeries(line.name(), x, y);
        series.setMarker(Palette.CROSS);
        return series;
    }

    private void drawOverlay(Graphics2D graphics) {
        plot.x().draw(graphics, figure.chart(), plot.xTitle());
        if (plot.points().findAny().isEmpty()) {
            figure.say(graphics, plot.empty());
        }
        for (PlotLine line : plot.lines().stream().filter(line -> !line.points().isEmpty()).toList()) {
            graphics.setColor(Palette.color(line.style()));
            for (Cross cross : line.crosses()) {
                double x = figure.chart().getScreenXFromChart(cross.position());
                double y = figure.chart().getScreenYFromChart(cross.y());
                Palette.CROSS.paint(graphics, x, y, CROSS_SIZE);
            }
        }
    }

    /** Of a line over training, the last point. */
    private void describe(PlotLine line) {
        List<PlotPoint> points = line.points();
        if (plot.x().isLogarithmic()) {
            points.forEach(point -> figure.describe(line.name() + ": " + where(point.x()) + ", " + text(point.y())));
        } else {
            PlotPoint last = points.get(points.size() - 1);
            String evaluations = points.size() == 1 ? "1 evaluation, at " : points.size() + " evaluations, the last at ";
            figure.describe(line.name() + ": " + evaluations + where(last.x()) + ", " + text(last.y()));
        }
        line.crosses().forEach(cross -> figure.describe(line.name() + ": " + where(cross.x()) + ", diverged"));
    }

    private static String text(MeanInterval y) {
        String interval = y.halfWidth().isPresent()
                ? String.format(Locale.ROOT, " ± %.2f", y.halfWidth().getAsDouble())
                : "";
        return String.format(Locale.ROOT, "%.2f%s %%", y.mean(), interval);
    }

    private String where(double x) {
        return plot.xTitle().replace(" (logarithmic)", "") + " " + Decimal.format(x);
    }
}
