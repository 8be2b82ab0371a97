package dev.gossamer.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;

/**
 * The range of an accuracy axis in percent: whole tens around the values, within 0 and 100.
 *
 * @param min lower end
 * @param max upper end
 */
record AccuracyAxis(double min, double max) {

    private static final double STEP = 10;
    private static final double ROOM = 1;
    private static final double TRACE = 1e-3;

    /** Around all values that are finite; all of 0 to 100 where there is none. */
    static AccuracyAxis of(List<Double> percentages) {
        double[] finite = percentages.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).toArray();
        if (finite.length == 0) {
            return new AccuracyAxis(0, 100);
        }
        double least = Arrays.stream(finite).min().getAsDouble();
        double most = Arrays.stream(finite).max().getAsDouble();
        double min = Math.max(0, STEP * Math.floor((least - ROOM) / STEP));
        double max = Math.min(100, STEP * Math.ceil((most + ROOM) / STEP));
        return new AccuracyAxis(min, max);
    }

    /** Sets the range, a trace wider: XChart leaves out ticks at the very ends. */
    void applyTo(XYChart chart) {
        double trace = TRACE * (max - min);
        chart.getStyler().setYAxisMin(min - trace).setYAxisMax(max + trace);
        chart.getStyler().setYAxisDecimalPattern("0.#");
    }

    /** The percentage at a share of the axis, from the bottom. */
    double at(double share) {
        return min + share * (max - min);
    }

    /** A percentage with two decimals. */
    static String text(double percentage) {
        return String.format(Locale.ROOT, "%.2f", percentage);
    }
}
