package dev.gossamer.text;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * Numbers as people and programs write them: digits, with a point and an exponent where they are not whole. What only
 * Java takes for a number ({@code 1f}, {@code 0x1p5}, {@code Infinity}, digits of other scripts) is none, and neither
 * is what has more than 100 characters, however long it is.
 */
public final class Numbers {

    static final int LONGEST = 100;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");

    private Numbers() {}

    /**
     * The nearest double; {@code -0} keeps its sign.
     *
     * @throws NumberFormatException if the text is no number, or too large for a double
     */
    public static double decimal(String text) {
        double number = Double.parseDouble(checked(text, DECIMAL));
        if (Double.isInfinite(number)) {
            throw new NumberFormatException("too large");
        }
        return number;
    }

    /**
     * The number itself, not rounded.
     *
     * @throws NumberFormatException if the text is no number, too large for a double, or of an exponent beyond 32 bits
     */
    public static BigDecimal exact(String text) {
        decimal(text);
        return new BigDecimal(text);
    }

    /** Whether {@link #decimal} reads a text. */
    public static boolean isDecimal(String text) {
        try {
            decimal(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /**
     * A whole number without point and exponent.
     *
     * @throws NumberFormatException if the text is none, or too large for a long
     */
    public static long whole(String text) {
        return Long.parseLong(checked(text, WHOLE));
    }

    /**
     * A whole number without point and exponent.
     *
     * @throws NumberFormatException if the text is none, or too large for an int
     */
    public static int integer(String text) {
        return Integer.parseInt(checked(text, WHOLE));
    }

    private static String checked(String text, Pattern form) {
        if (text.length() > LONGEST || !form.matcher(text).matches()) {
            throw new NumberFormatException("no number");
        }
        return text;
    }
}
