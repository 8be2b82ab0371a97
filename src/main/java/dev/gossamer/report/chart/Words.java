package dev.gossamer.report.chart;

import dev.gossamer.report.analysis.MeanInterval;
import dev.gossamer.text.Decimal;
import java.util.Locale;

/** Parts of what is said of a chart to readers who cannot see it. */
final class Words {

    private Words() {}

    /** A value on an axis: {@code learning rate 0.1}. */
    static String at(Axis axis, double value) {
        return axis.quantity() + " " + Decimal.format(value);
    }

    static String diverged(String name, Axis axis, Chart.Cross cross) {
        return name + ": " + at(axis, cross.x()) + ", diverged";
    }

    /** An accuracy in percent, with its interval where it has one. */
    static String percent(MeanInterval y) {
        return text("%.2f", y) + " %";
    }

    /** A number with four digits that count. */
    static String number(MeanInterval y) {
        return text("%.4g", y);
    }

    private static String text(String format, MeanInterval y) {
        String mean = String.format(Locale.ROOT, format, y.mean());
        return y.halfWidth().isPresent()
                ? mean + " ± " + String.format(Locale.ROOT, format, y.halfWidth().getAsDouble())
                : mean;
    }
}
