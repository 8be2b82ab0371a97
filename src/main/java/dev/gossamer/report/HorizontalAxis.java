package dev.gossamer.report;

import dev.gossamer.text.Decimal;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.font.TextLayout;
import java.awt.geom.Line2D;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.knowm.xchart.XYChart;

/**
 * The lower axis of a figure: its range, and ticks where we want them, which XChart does not offer. On a logarithmic
 * axis the chart holds log10 of the values.
 */
final class HorizontalAxis {

    /** A mark at a position in the chart, and the number it shows. */
    record Tick(double position, String label) {}

    private static final int MOST_VALUES = 12;
    private static final int FEWEST_STEPS = 5;
    private static final double ROOM = 0.06;
    private static final double LONE_ROOM = 0.5;
    private static final double EDGE = 0.01;
    private static final int TICK = 6;
    private static final int LABEL_BASELINE = 21;
    private static final int TITLE_BASELINE = 44;
    private static final int LABEL_GAP = 8;

    private final double min;
    private final double max;
    private final List<Tick> ticks;
    private final boolean logarithmic;

    private HorizontalAxis(double min, double max, List<Tick> ticks, boolean logarithmic) {
        this.min = min;
        this.max = max;
        this.ticks = ticks;
        this.logarithmic = logarithmic;
    }

    /**
     * A logarithmic axis around positive values, with ticks at the values where they are few and at round numbers
     * where they are many. Without ticks where there is no value.
     */
    static HorizontalAxis logarithmic(Collection<Double> values) {
        if (values.isEmpty()) {
            return empty();
        }
        SortedSet<Double> numbers = new TreeSet<>(values);
        double first = Math.log10(numbers.first());
        double last = Math.log10(numbers.last());
        if (numbers.size() > MOST_VALUES) {
            numbers = roundNumbers(first, last);
        }
        double room = first == last ? LONE_ROOM : ROOM * (last - first);
        List<Tick> ticks = new ArrayList<>();
        numbers.forEach(number -> ticks.add(new Tick(Math.log10(number), Decimal.format(number))));
        return new HorizontalAxis(first - room, last + room, ticks, true);
    }

    /**
     * A logarithmic axis of memories 1 / (1 - gamma), at least 1, with ticks that show gamma: 0, 0.5, 0.9, 0.99, ...
     */
    static HorizontalAxis decays(SortedSet<Double> memories) {
        double last = Math.max(1, Math.log10(memories.last()));
        List<Tick> ticks = new ArrayList<>();
        ticks.add(new Tick(0, "0"));
        ticks.add(new Tick(Math.log10(2), "0.5"));
        for (int nines = 1; nines <= last; nines++) {
            ticks.add(new Tick(nines, "0." + "9".repeat(nines)));
        }
        return new HorizontalAxis(-EDGE * last, (1 + EDGE) * last, ticks, true);
    }

    private static SortedSet<Double> roundNumbers(double first, double last) {
        SortedSet<Double> numbers = new TreeSet<>();
        for (int exponent = (int) Math.floor(first); exponent <= last; exponent++) {
            for (int digit : List.of(1, 2, 5)) {
                double number = Double.parseDouble(digit + "e" + exponent);
                if (Math.log10(number) >= first && Math.log10(number) <= last) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    /** An axis without ticks, of a chart that has nothing to show. */
    static HorizontalAxis empty() {
        return new HorizontalAxis(0, 1, List.of(), false);
    }

    /**
     * A linear axis from 0 to a positive end, with at least five round steps, and room for the mark of a point there.
     */
    static HorizontalAxis linear(double end) {
        BigDecimal step = roundStep(end / FEWEST_STEPS);
        List<Tick> ticks = new ArrayList<>();
        for (BigDecimal tick = BigDecimal.ZERO; tick.doubleValue() <= end; tick = tick.add(step)) {
            ticks.add(new Tick(tick.doubleValue(), Decimal.format(tick.doubleValue())));
        }
        return new HorizontalAxis(-EDGE * end, (1 + 2 * EDGE) * end, ticks, false);
    }

    /** The largest of 1, 2 and 5 times a power of ten that is not above a limit. */
    private static BigDecimal roundStep(double limit) {
        BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen((int) Math.floor(Math.log10(limit)));
        BigDecimal step = power;
        for (int digit : List.of(2, 5)) {
            BigDecimal larger = power.multiply(BigDecimal.valueOf(digit));
            step = larger.doubleValue() <= limit ? larger : step;
        }
        return step;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    List<Tick> ticks() {
        return ticks;
    }

    /** Whether the chart holds log10 of the values. */
    boolean isLogarithmic() {
        return logarithmic;
    }

    /** Where the chart has a value. */
    double position(double value) {
        return logarithmic ? Math.log10(value) : value;
    }

    /** The value at a place of the chart. */
    double value(double position) {
        return logarithmic ? Math.pow(10, position) : position;
    }

    double span() {
        return max - min;
    }

    void applyTo(XYChart chart) {
        chart.getStyler().setXAxisMin(min).setXAxisMax(max);
    }

    /** Draws the axis below a painted chart, in its coordinates: line, ticks, labels that do not touch, and a title. */
    void draw(Graphics2D graphics, XYChart chart, String title) {
        double left = chart.getScreenXFromChart(min);
        double right = chart.getScreenXFromChart(max);
        double bottom = chart.getScreenYFromChart(chart.getStyler().getYAxisMin());
        graphics.setStroke(new BasicStroke(1));
        graphics.setColor(Palette.FAINT_TEXT);
        graphics.draw(new Line2D.Double(left, bottom, right, bottom));
        for (Tick tick : ticks) {
            double x = chart.getScreenXFromChart(tick.position);
            graphics.draw(new Line2D.Double(x, bottom, x, bottom + TICK));
        }
        graphics.setColor(Palette.TEXT);
        drawLabels(graphics, chart, bottom + LABEL_BASELINE);
        TextLayout text = Lettering.layout(title);
        Lettering.draw(graphics, text, (left + right - text.getAdvance()) / 2, bottom + TITLE_BASELINE);
    }

    private void drawLabels(Graphics2D graphics, XYChart chart, double baseline) {
        double free = Double.NEGATIVE_INFINITY;
        for (Tick tick : ticks) {
            TextLayout label = Lettering.layout(tick.label);
            double x = chart.getScreenXFromChart(tick.position) - label.getAdvance() / 2;
            if (x >= free) {
                Lettering.draw(graphics, label, x, baseline);
                free = x + label.getAdvance() + LABEL_GAP;
            }
        }
    }
}
