package dev.gossamer.text;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;

/**
 * Numbers as records hold them: the shortest decimal that reads back as the same double, with a point whatever the
 * locale, in plain digits from 1e-6 to 1e15 and with an exponent such as {@code 1e-9} beyond. Not a number is {@code
 * NaN}, infinity {@code Infinity} or {@code -Infinity}.
 */
public final class Decimal {

    private static final double SMALLEST_PLAIN = 1e-6;
    private static final double LARGEST_PLAIN = 1e15;

    private Decimal() {}

    /** A number as text. */
    public static String format(double value) {
        boolean negativeZero = value == 0 && 1 / value < 0;
        if (!Double.isFinite(value) || negativeZero) {
            return Double.toString(value);
        }
        BigDecimal shortest = shortest(value);
        double size = Math.abs(value);
        boolean plain = size == 0 || size >= SMALLEST_PLAIN && size < LARGEST_PLAIN;
        return plain ? shortest.toPlainString() : shortest.toString().replace("E+", "e").replace('E', 'e');
    }

    /**
     * A number out of what {@link #format} writes.
     *
     * @throws NumberFormatException if the text is none
     */
    public static double parse(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> Numbers.decimal(text);
        };
    }

    /**
     * The whole part of the product of a number as it is written with a whole one: 0.29 of 100 is 29, where the product
     * of doubles is less.
     *
     * @param factor finite
     */
    public static long wholePart(double factor, long of) {
        return shortest(factor).multiply(BigDecimal.valueOf(of)).longValue();
    }

    /**
     * The shortest decimal that reads back as a finite double. {@link Double#toString} gives it from Java 19 on only.
     */
    public static BigDecimal shortest(double value) {
        return new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
    }
}
