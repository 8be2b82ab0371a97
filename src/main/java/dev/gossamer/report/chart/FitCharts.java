package dev.gossamer.report.chart;

import dev.gossamer.report.analysis.TopologyFit;
import dev.gossamer.report.chart.Chart.Line;
import dev.gossamer.report.chart.Chart.Point;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.Shown;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The final loss of each topology over what may explain it: a point with its name. */
final class FitCharts {

    private static final double LEAST_SHARE = 0.3;
    private static final MathContext DIGITS = new MathContext(5);

    private FitCharts() {}

    /** A chart over the effective number of neighbours where there is a fit, and one over the spectral gap. */
    static List<Chart> of(TopologyFit fit) {
        List<Chart> charts = new ArrayList<>();
        fit.gamma().ifPresent(gamma -> charts.add(chart(
                fit,
                Axis.logarithmic("n_eff(γ = " + rounded(gamma.gamma()) + ") (logarithmic)"),
                TopologyFit.Point::neighbors)));
        charts.add(chart(fit, Axis.linear("spectral gap"), TopologyFit.Point::spectralGap));
        return charts;
    }

    private static String rounded(double gamma) {
        return new BigDecimal(gamma).round(DIGITS).stripTrailingZeros().toPlainString();
    }

    private static Chart chart(TopologyFit fit, Axis x, ToDoubleFunction<TopologyFit.Point> number) {
        List<Line> lines = fit.points().stream()
                .filter(point -> Double.isFinite(number.applyAsDouble(point)))
                .map(point -> line(point, x, number.applyAsDouble(point)))
                .toList();
        Axis y = Axis.logarithmic("final " + fit.loss().title() + ", logarithmic");
        return new Chart(x, y, Chart.Marks.NAMED, lines, List.of(), "not known");
    }

    private static Line line(TopologyFit.Point point, Axis x, double at) {
        String name = Shown.label(point.name());
        String words = name + ": " + Words.at(x, at) + ", " + Words.number(point.loss());
        return new Line(name, point.style(), true, List.of(Point.above(LEAST_SHARE, at, point.loss())), List.of(),
                "learning rate " + Decimal.format(point.learningRate()), List.of(words));
    }
}
