package dev.gossamer.report.chart;

import dev.gossamer.report.chart.Chart.Cross;
import dev.gossamer.report.chart.Chart.Line;
import dev.gossamer.report.chart.Chart.Marks;
import dev.gossamer.report.chart.Chart.Point;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A {@link Chart} as an SVG file; an interval is an error bar. */
final class ChartDrawing {

    /** XChart leaves out ticks at the very ends of an axis. */
    private static final double TRACE = 1e-3;

    private final Chart chart;
    private final Axis x;
    private final Axis y;
    private final Figure figure;

    ChartDrawing(Chart chart) {
        this.chart = chart;
        x = chart.x().around(chart.points().mapToDouble(Point::x).filter(Double::isFinite).toArray());
        y = chart.y().around(chart.points()
                .flatMapToDouble(point -> DoubleStream.of(point.low(), point.y().mean(), point.high()))
                .filter(value -> Double.isFinite(value) && !(chart.y().logarithmic() && value <= 0))
                .toArray());
        figure = new Figure(chart.lines().size(), y);
    }

    void write(String title, String subtitle, Path svg) {
        // Not by the same trace, because XChart puts ticks at values that divide the axis equally, even if they are
        // not round.
        double trace = y.range().orElseThrow().round() ? TRACE * y.span() : 0;
        figure.chart().getStyler()
                .setYAxisMin(y.value(y.min() - trace))
                .setYAxisMax(y.value(y.max() + 2 * trace));
        figure.chart().getStyler().setXAxisMin(x.min()).setXAxisMax(x.max());
        figure.chart().getStyler().setMarkerSize(Looks.markerSize(chart.marks() == Marks.NAMED));
        chart.lines().forEach(this::draw);
        chart.lines().forEach(line -> line.words().forEach(figure::describe));
        figure.write(title, subtitle, this::drawOverlay, String.join("   ", chart.notes()), svg);
    }

    private void draw(Line line) {
        XYSeries series = line.points().isEmpty() ? crossesAlone(line) : points(line);
        BasicStroke stroke = line.points().isEmpty() ? SeriesLines.NONE : Looks.line(line.style());
        series.setLineColor(Looks.color(line.style())).setLineStyle(stroke);
        series.setMarkerColor(Looks.color(line.style()));
    }

    private XYSeries points(Line line) {
        List<Point> points = line.points();
        double[] at = points.stream().mapToDouble(point -> x.position(point.x())).toArray();
        double[] means = points.stream().mapToDouble(point -> point.y().mean()).toArray();
        double[] bars = points.stream().mapToDouble(point -> point.y().halfWidth().orElse(0)).toArray();
        XYSeries series = figure.chart().addSeries(
                line.name(), at, means, isBarred(line) && !y.logarithmic() ? bars : null);
        series.setMarker(marker(line));
        return series;
    }

    private static boolean isBarred(Line line) {
        return Looks.isMarked(line.points().size())
                && line.points().stream().anyMatch(point -> point.y().count() > 1);
    }

    private Marker marker(Line line) {
        boolean marked = chart.marks() != Marks.NONE && Looks.isMarked(line.points().size());
        return marked ? Looks.marker(line.style()) : SeriesMarkers.NONE;
    }

    /** What only diverged is in the legend as a cross, and no line. */
    private XYSeries crossesAlone(Line line) {
        double[] at = line.crosses().stream().mapToDouble(chart::position).toArray();
        double[] heights = line.crosses().stream().mapToDouble(Cross::y).toArray();
        XYSeries series = figure.chart().addSeries(line.name(), at, heights);
        series.setMarker(Looks.CROSS);
        return series;
    }

    private void drawOverlay(Graphics2D graphics) {
        new LowerAxis(x, figure.chart()).draw(graphics);
        if (chart.points().findAny().isEmpty()) {
            figure.say(graphics, chart.empty());
        }
        for (Line line : chart.lines().stream().filter(line -> !line.points().isEmpty()).toList()) {
            graphics.setColor(Looks.color(line.style()));
            for (Cross cross : line.crosses()) {
                double at = figure.chart().getScreenXFromChart(chart.position(cross));
                Looks.CROSS.paint(graphics, at, figure.chart().getScreenYFromChart(cross.y()), Looks.CROSS_SIZE);
            }
            if (y.logarithmic() && isBarred(line)) {
                graphics.setStroke(new BasicStroke(1));
                line.points().stream()
                        .filter(point -> Double.isFinite(point.low()))
                        .forEach(point -> bar(graphics, point));
            }
        }
    }

    /** On a logarithmic axis, where those of XChart would go down to less than 0. */
    private void bar(Graphics2D graphics, Point point) {
        double at = figure.chart().getScreenXFromChart(x.position(point.x()));
        graphics.draw(new Line2D.Double(at, figure.chart().getScreenYFromChart(point.low()),
                at, figure.chart().getScreenYFromChart(point.high())));
    }
}
