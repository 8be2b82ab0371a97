package dev.gossamer.report.chart;

import dev.gossamer.text.Decimal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An axis of a chart. The position of a value on it is its log10 where the axis is logarithmic, and else the value.
 *
 * @param quantity what is on it, in a sentence
 * @param title what is written beside it, with unit and scale
 * @param logarithmic whether it is
 * @param range its ends; empty where they follow from what is shown
 * @param ticks the marks on it; empty where they are at round numbers
 */
record Axis(String quantity, String title, boolean logarithmic, Optional<Range> range, Optional<List<Tick>> ticks) {

    /**
     * The ends of an axis, as positions.
     *
     * @param min the lower one
     * @param max the upper one
     * @param round whether both are round numbers, which are to be seen
     */
    record Range(double min, double max, boolean round) {

        Range(double min, double max) {
            this(min, max, false);
        }
    }

    /** A mark at a value, and the number it shows. */
    record Tick(double value, String label) {}

    private static final String LOGARITHMIC = " (logarithmic)";
    private static final int MOST_VALUES = 12;
    private static final int FEWEST_STEPS = 5;
    private static final double ROOM = 0.06;
    private static final double LONE_ROOM = 0.5;
    private static final double EDGE = 0.01;
    private static final double ROUND_PERCENT = 10;
    private static final double ROOM_PERCENT = 1;
    private static final double ROOM_BELOW = 1e-3;
    private static final double ROOM_ABOVE = 0.05;

    /** A linear axis whose range follows from what is shown. */
    static Axis linear(String title) {
        return new Axis(title, title, false, Optional.empty(), Optional.empty());
    }

    /** A logarithmic axis whose range follows from what is shown. */
    static Axis logarithmic(String title) {
        return new Axis(title.replace(LOGARITHMIC, ""), title, true, Optional.empty(), Optional.empty());
    }

    /** An axis without ticks, of a chart that has nothing to show. */
    static Axis empty(String quantity, String title) {
        return new Axis(quantity, title, false, Optional.of(new Range(0, 1)), Optional.of(List.of()));
    }

    /**
     * A logarithmic axis around positive values, with ticks at the values where they are few and at round numbers
     * where they are many. Without ticks where there is no value.
     */
    static Axis logarithmic(String quantity, Collection<Double> values) {
        String title = quantity + LOGARITHMIC;
        if (values.isEmpty()) {
            return empty(quantity, title);
        }
        SortedSet<Double> numbers = new TreeSet<>(values);
        double first = Math.log10(numbers.first());
        double last = Math.log10(numbers.last());
        if (numbers.size() > MOST_VALUES) {
            numbers = roundNumbers(first, last);
        }
        double room = first == last ? LONE_ROOM : ROOM * (last - first);
        return new Axis(quantity, title, true, Optional.of(new Range(first - room, last + room)),
                Optional.of(numbers.stream().map(number -> new Tick(number, Decimal.format(number))).toList()));
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

    /**
     * A logarithmic axis of memories 1 / (1 - gamma), at least 1, with ticks that show gamma: 0, 0.5, 0.9, 0.99, ...
     */
    static Axis decays(SortedSet<Double> memories) {
        double last = Math.max(1, Math.log10(memories.last()));
        List<Tick> ticks = new ArrayList<>();
        ticks.add(new Tick(1, "0"));
        ticks.add(new Tick(2, "0.5"));
        for (int nines = 1; nines <= last; nines++) {
            ticks.add(new Tick(Math.pow(10, nines), "0." + "9".repeat(nines)));
        }
        return new Axis("1 / (1 - gamma)", "gamma (logarithmic in 1 - gamma)", true,
                Optional.of(new Range(-EDGE * last, (1 + EDGE) * last)), Optional.of(ticks));
    }

    /**
     * A linear axis from 0 to a positive end, with at least five round steps, and room for the mark of a point there.
     */
    static Axis linear(String title, double end) {
        return new Axis(title, title, false, Optional.of(new Range(-EDGE * end, (1 + 2 * EDGE) * end)),
                Optional.of(roundTicks(0, end)));
    }

    private static List<Tick> roundTicks(double first, double last) {
        BigDecimal step = roundStep((last - first) / FEWEST_STEPS);
        BigDecimal steps = BigDecimal.valueOf(Math.ceil(first / step.doubleValue()));
        List<Tick> ticks = new ArrayList<>();
        for (BigDecimal tick = steps.multiply(step); tick.doubleValue() <= last; tick = tick.add(step)) {
            ticks.add(new Tick(tick.doubleValue(), Decimal.format(tick.doubleValue())));
        }
        return ticks;
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

    /** An axis of percentages: whole tens around all that are finite, within 0 and 100. */
    static Axis percentages(String title, List<Double> percentages) {
        double[] finite = percentages.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).toArray();
        double least = Arrays.stream(finite).min().orElse(ROOM_PERCENT);
        double most = Arrays.stream(finite).max().orElse(100);
        return within(title, new Range(
                Math.max(0, ROUND_PERCENT * Math.floor((least - ROOM_PERCENT) / ROUND_PERCENT)),
                Math.min(100, ROUND_PERCENT * Math.ceil((most + ROOM_PERCENT) / ROUND_PERCENT)),
                true));
    }

    /** A linear axis from 0 to a little above the largest value. */
    static Axis upTo(double largest, String title) {
        return within(title, new Range(-ROOM_BELOW * largest, (1 + ROOM_ABOVE) * largest));
    }

    private static Axis within(String title, Range range) {
        return new Axis(title, title, false, Optional.of(range), Optional.empty());
    }

    /** The same axis with a range and ticks: its own, and else those that finite values at it ask for. */
    Axis around(double[] values) {
        if (range.isPresent() || values.length == 0) {
            return range.isPresent() ? this : empty(quantity, title);
        }
        double first = position(Arrays.stream(values).min().getAsDouble());
        double last = position(Arrays.stream(values).max().getAsDouble());
        double room = ROOM * (last > first ? last - first : 1);
        List<Tick> found = logarithmic
                ? roundNumbers(first - room, last + room).stream()
                        .map(number -> new Tick(number, Decimal.format(number))).toList()
                : roundTicks(first - room, last + room);
        return new Axis(quantity, title, logarithmic, Optional.of(new Range(first - room, last + room)),
                Optional.of(found));
    }

    /** Where the axis has a value. */
    double position(double value) {
        return logarithmic ? Math.log10(value) : value;
    }

    /** The value at a position. */
    double value(double position) {
        return logarithmic ? Math.pow(10, position) : position;
    }

    /** The lower end, as a position. */
    double min() {
        return range.orElseThrow().min();
    }

    /** The upper end, as a position. */
    double max() {
        return range.orElseThrow().max();
    }

    /** The distance of the ends, as positions. */
    double span() {
        return max() - min();
    }
}
