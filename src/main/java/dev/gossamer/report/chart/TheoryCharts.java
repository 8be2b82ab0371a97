package dev.gossamer.report.chart;

import dev.gossamer.report.analysis.MeanInterval;
import dev.gossamer.report.analysis.NeighborCount;
import dev.gossamer.report.analysis.QuadraticRate;
import dev.gossamer.report.chart.Chart.Line;
import dev.gossamer.report.chart.Chart.Point;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.Shown;
import dev.gossamer.theory.EffectiveNeighbors;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** A number that theory gives, over another: a line for each topology. */
final class TheoryCharts {

    private final Map<String, List<Point>> points = new LinkedHashMap<>();
    private final TreeSet<Double> x = new TreeSet<>();

    private TheoryCharts() {}

    /** The rates of the paper over the learning rate; those that do not converge are left out. */
    static Chart ofRates(List<QuadraticRate> rows) {
        TheoryCharts theory = new TheoryCharts();
        for (QuadraticRate row : rows) {
            List<Point> line = theory.line(row.scheme(), row.learningRate());
            row.rate().ifPresent(rate -> line.add(point(row.learningRate(), rate)));
        }
        return theory.chart(Axis.logarithmic("learning rate", theory.x), "rate per step");
    }

    /** The effective number of neighbours of the variance averaged over workers and phases, over gamma. */
    static Chart ofNeighbors(List<NeighborCount> rows) {
        TheoryCharts theory = new TheoryCharts();
        for (NeighborCount row : rows) {
            double memory = 1 / (1 - row.gamma());
            List<Point> line = theory.line(row.scheme(), memory);
            row.neighbors().map(EffectiveNeighbors::periodMean).ifPresent(n -> line.add(point(memory, n)));
        }
        return theory.chart(Axis.decays(theory.x), "effective number of neighbours");
    }

    private List<Point> line(Scheme scheme, double at) {
        x.add(at);
        return points.computeIfAbsent(Shown.label(scheme.name()), key -> new ArrayList<>());
    }

    private static Point point(double x, double y) {
        return Point.of(x, MeanInterval.of(List.of(y)));
    }

    private Chart chart(Axis horizontal, String title) {
        List<Line> lines = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        points.forEach((name, line) -> {
            if (line.isEmpty()) {
                empty.add(name);
            } else {
                int style = lines.size() + empty.size();
                lines.add(new Line(name, style, true, line, List.of(), "", words(name, line, horizontal)));
            }
        });
        double top = points.values().stream().flatMap(List::stream)
                .mapToDouble(point -> point.y().mean()).max().orElse(1);
        List<String> notes = empty.isEmpty() ? List.of() : List.of("nothing converges on " + String.join(", ", empty));
        return new Chart(horizontal, Axis.upTo(top, title), Chart.Marks.NONE, lines, notes, "");
    }

    private static List<String> words(String name, List<Point> line, Axis horizontal) {
        Point largest = line.stream().max(Comparator.comparingDouble(point -> point.y().mean())).orElseThrow();
        return List.of(String.format(Locale.ROOT, "%s: %.4g at most, where %s is %s",
                name, largest.y().mean(), horizontal.quantity(), Decimal.format(largest.x())));
    }
}
