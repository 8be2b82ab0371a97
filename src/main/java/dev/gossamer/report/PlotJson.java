package dev.gossamer.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Charts as the page's script reads them. Most lines have the same x: each sequence of them is written once, and lines
 * refer to it. Numbers have nine digits that count.
 */
final class PlotJson {

    private static final MathContext DIGITS = new MathContext(9);

    private final Map<List<Double>, Integer> xs = new LinkedHashMap<>();

    /** Every sequence of x that a line refers to, by place. */
    List<List<Object>> xs() {
        return xs.keySet().stream().map(x -> x.stream().map(PlotJson::number).toList()).toList();
    }

    Map<String, Object> of(LinePlot plot) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("xTitle", plot.xTitle());
        json.put("yTitle", plot.yTitle());
        json.put("x", axis(plot.x()));
        json.put("y", plot.y().map(range -> List.of(range.min(), range.max())).orElse(null));
        json.put("logarithmic", plot.logarithmic());
        json.put("lines", plot.lines().stream().map(line -> line(line, plot.x())).toList());
        json.put("notes", plot.notes());
        json.put("empty", plot.empty());
        return json;
    }

    private static Map<String, Object> axis(HorizontalAxis axis) {
        List<Map<String, Object>> ticks = new ArrayList<>();
        axis.ticks().forEach(tick ->
                ticks.add(Map.of("value", axis.value(tick.position()), "label", tick.label())));
        return Map.of(
                "logarithmic", axis.isLogarithmic(),
                "min", axis.value(axis.min()),
                "max", axis.value(axis.max()),
                "ticks", ticks);
    }

    private Map<String, Object> line(PlotLine line, HorizontalAxis axis) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", line.name());
        json.put("style", line.style());
        json.put("shown", line.shown());
        List<Double> x = line.points().stream().map(PlotPoint::x).toList();
        json.put("x", xs.computeIfAbsent(x, key -> xs.size()));
        json.put("y", line.points().stream().map(point -> number(point.y().mean())).toList());
        if (line.points().stream().anyMatch(point -> point.y().count() > 1)) {
            json.put("half", line.points().stream()
                    .map(point -> number(point.y().halfWidth().orElse(Double.NaN)))
                    .toList());
            json.put("counts", line.points().stream().map(point -> point.y().count()).toList());
        }
        json.put("crosses", line.crosses().stream()
                .map(cross -> Map.of("x", cross.x(), "at", axis.value(cross.position()), "y", number(cross.y())))
                .toList());
        return json;
    }

    /** A mean with its interval; null where there is none. */
    static Map<String, Object> mean(MeanInterval mean) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", mean.count());
        json.put("mean", mean.mean());
        json.put("half", mean.halfWidth().isPresent() ? mean.halfWidth().getAsDouble() : null);
        return json;
    }

    private static Object number(double value) {
        if (!Double.isFinite(value)) {
            return value;
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        return Double.parseDouble(rounded.toString());
    }
}
