package dev.gossamer.report;

import dev.gossamer.text.Decimal;
import dev.gossamer.theory.EffectiveNeighbors;
import dev.gossamer.topology.Scheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A number that theory gives, over another: a line for each topology, without markers. */
final class TheoryChart {

    private static final double TRACE = 1e-3;
    private static final double ROOM = 0.05;

    /** A point: x as the horizontal axis is given it, y as it is drawn. */
    private record Point(double x, double y) {}

    private final String xAxisTitle;
    private final String yAxisTitle;
    private final String xName;
    private final Function<SortedSet<Double>, HorizontalAxis> horizontalAxis;
    private final Map<String, List<Point>> lines = new LinkedHashMap<>();
    private final TreeSet<Double> x = new TreeSet<>();

    private TheoryChart(
            String xAxisTitle,
            String yAxisTitle,
            String xName,
            Function<SortedSet<Double>, HorizontalAxis> horizontalAxis) {
        this.xAxisTitle = xAxisTitle;
        this.yAxisTitle = yAxisTitle;
        this.xName = xName;
        this.horizontalAxis = horizontalAxis;
    }

    /** The rates of the paper over the learning rate; those that do not converge are left out. */
    static TheoryChart ofRates(List<QuadraticRate> rows) {
        TheoryChart chart = new TheoryChart(
                "learning rate (logarithmic)", "rate per step", "learning rate", HorizontalAxis::logarithmic);
        for (QuadraticRate row : rows) {
            List<Point> line = chart.line(row.scheme(), row.learningRate());
            row.rate().ifPresent(rate -> line.add(new Point(row.learningRate(), rate)));
        }
        return chart;
    }

    /** The effective number of neighbours of the variance averaged over workers and phases, over gamma. */
    static TheoryChart ofNeighbors(List<NeighborCount> rows) {
        TheoryChart chart = new TheoryChart(
                "gamma (logarithmic in 1 - gamma)",
                "effective number of neighbours",
                "1 / (1 - gamma)",
                HorizontalAxis::decays);
        for (NeighborCount row : rows) {
            double memory = 1 / (1 - row.gamma());
            List<Point> line = chart.line(row.scheme(), memory);
            row.neighbors().map(EffectiveNeighbors::periodMean).ifPresent(n -> line.add(new Point(memory, n)));
        }
        return chart;
    }

    private List<Point> line(Scheme scheme, double position) {
        x.add(position);
        return lines.computeIfAbsent(Figure.label(scheme.name()), key -> new ArrayList<>());
    }

    void write(String title, String subtitle, Path svg) {
        Figure figure = new Figure(lines.size(), yAxisTitle);
        XYChart chart = figure.chart();
        HorizontalAxis axis = horizontalAxis.apply(x);
        axis.applyTo(chart);
        double top = lines.values().stream().flatMap(List::stream).mapToDouble(Point::y).max().orElse(1);
        chart.getStyler().setYAxisMin(-TRACE * top).setYAxisMax((1 + ROOM) * top);
        chart.getStyler().setYAxisDecimalPattern("0.###");
        lines.forEach((name, points) -> draw(figure, name, points));
        figure.write(title, subtitle, graphics -> axis.draw(graphics, chart, xAxisTitle), note(), svg);
    }

    private void draw(Figure figure, String name, List<Point> points) {
        if (points.isEmpty()) {
            return;
        }
        XYChart chart = figure.chart();
        int index = new ArrayList<>(lines.keySet()).indexOf(name);
        double[] positions = points.stream().mapToDouble(point -> Math.log10(point.x)).toArray();
        double[] values = points.stream().mapToDouble(Point::y).toArray();
        XYSeries series = chart.addSeries(name, positions, values);
        series.setLineColor(Palette.color(index)).setLineStyle(Palette.line(index));
        series.setMarker(SeriesMarkers.NONE);
        Point largest = points.stream().max(Comparator.comparingDouble(Point::y)).orElseThrow();
        figure.describe(String.format(Locale.ROOT, "%s: %.4g at most, where %s is %s",
                name, largest.y, xName, Decimal.format(largest.x)));
    }

    private String note() {
        List<String> empty = lines.entrySet().stream()
                .filter(line -> line.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        return empty.isEmpty() ? "" : "nothing converges on " + String.join(", ", empty);
    }
}
