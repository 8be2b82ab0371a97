package dev.gossamer.report.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.report.analysis.Metric;
import dev.gossamer.report.analysis.TopologyFit;
import dev.gossamer.report.chart.Chart.Line;
import dev.gossamer.report.chart.Chart.Point;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Charts as the page's script {@code chart.js} reads them: maps, lists, strings and numbers. Most lines have the same
 * x: each sequence of them is written once, and lines refer to it. Numbers have nine digits that count.
 */
public final class PageCharts {

    private static final MathContext DIGITS = new MathContext(9);

    private final Map<List<Double>, Integer> xs = new LinkedHashMap<>();

    /** Makes one that holds no chart yet. */
    public PageCharts() {}

    /** {@link Charts#learningRateAccuracy}. */
    public Map<String, Object> learningRates(List<RecordedRun> runs) {
        return of(LearningRateChart.of(runs));
    }

    /** {@link Charts#curves}, of any metric and of rows that are read. */
    public Map<String, Object> curves(Map<RecordedRun, List<MetricsRow>> metrics, Metric metric) {
        return of(CurveChart.of(metrics, metric));
    }

    /** {@link Charts#accuracyOverBytes}, of rows that are read. */
    public Map<String, Object> accuracyOverBytes(Map<RecordedRun, List<MetricsRow>> metrics) {
        return of(CurveChart.overBytes(metrics, Metric.TEST_ACCURACY));
    }

    /**
     * The final loss of each topology over the effective number of neighbours where it was fitted, and over the
     * spectral gap.
     */
    public List<Map<String, Object>> fits(TopologyFit fit) {
        return FitCharts.of(fit).stream().map(this::of).toList();
    }

    /** Every sequence of x that a line refers to, by place. */
    public List<List<Object>> xs() {
        return xs.keySet().stream().map(x -> x.stream().map(PageCharts::number).toList()).toList();
    }

    /** Colours, widths and sizes. */
    public static JsonNode looks() {
        return Looks.all();
    }

    /** Colours and the font of the page, as variables of a style sheet. */
    public static String styleSheet() {
        return Looks.styleSheet();
    }

    private Map<String, Object> of(Chart chart) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("x", axis(chart.x()));
        json.put("y", axis(chart.y()));
        json.put("marks", chart.marks());
        json.put("lines", chart.lines().stream().map(line -> line(line, chart)).toList());
        json.put("notes", chart.notes());
        json.put("empty", chart.empty());
        return json;
    }

    private static Map<String, Object> axis(Axis axis) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("quantity", axis.quantity());
        json.put("title", axis.title());
        json.put("logarithmic", axis.logarithmic());
        axis.range().ifPresent(range ->
                json.put("range", List.of(axis.value(range.min()), axis.value(range.max()))));
        axis.ticks().ifPresent(ticks -> json.put("ticks", ticks));
        return json;
    }

    private Map<String, Object> line(Line line, Chart chart) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", line.name());
        json.put("style", line.style());
        json.put("shown", line.shown());
        List<Double> x = line.points().stream().map(Point::x).toList();
        json.put("x", xs.computeIfAbsent(x, key -> xs.size()));
        json.put("y", numbers(line, point -> point.y().mean()));
        if (line.points().stream().anyMatch(point -> point.y().count() > 1)) {
            json.put("half", numbers(line, point -> point.y().halfWidth().orElse(Double.NaN)));
            json.put("low", numbers(line, Point::low));
            json.put("counts", line.points().stream().map(point -> point.y().count()).toList());
        }
        json.put("crosses", line.crosses().stream()
                .map(cross -> Map.of(
                        "x", cross.x(), "at", chart.x().value(chart.position(cross)), "y", number(cross.y())))
                .toList());
        json.put("note", line.note());
        return json;
    }

    private static List<Object> numbers(Line line, ToDoubleFunction<Point> number) {
        return line.points().stream().map(point -> number(number.applyAsDouble(point))).toList();
    }

    private static Object number(double value) {
        if (!Double.isFinite(value)) {
            return value;
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        return Double.parseDouble(rounded.toString());
    }
}
