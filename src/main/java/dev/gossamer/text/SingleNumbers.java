package dev.gossamer.text;

/**
 * Numbers as {@link Numbers} reads them, rounded to 32 bits, out of long texts: without a string for each, and without
 * exact arithmetic where less gives the same bits.
 */
public final class SingleNumbers {

    /** Whole numbers of so many digits fit in 64 bits. */
    private static final int MOST_DIGITS = 18;

    /** Digits that follow this one change less than an eighth of a double's last place. */
    private static final long ENOUGH = 100_000_000_000_000_000L;

    private static final int EXPONENT_DIGITS = 3;

    /** Powers of ten up to this one are exact in a double. */
    private static final int MOST_EXACT = 22;
    private static final double[] POWERS = powers();

    /** More than digits left out, a conversion, and two products or quotients make wrong, relative. */
    private static final double DOUBT = 0x1p-50;

    private SingleNumbers() {}

    private static double[] powers() {
        double[] powers = new double[MOST_EXACT + 1];
        for (int i = 0; i <= MOST_EXACT; i++) {
            powers[i] = Double.parseDouble("1e" + i);
        }
        return powers;
    }

    /**
     * The float nearest to what {@link Numbers#decimal} makes of some characters.
     *
     * @param text holds them
     * @param from the first one
     * @param to behind the last one
     * @throws NumberFormatException if they are no number, or too large for a float
     */
    public static float read(char[] text, int from, int to) {
        int first = from < to && (text[from] == '-' || text[from] == '+') ? from + 1 : from;
        int next = first;
        long digits = 0;
        while (next < to && isDigit(text[next])) {
            digits = 10 * digits + text[next++] - '0';
        }
        int whole = next - first;
        int count = whole;
        int exponent = 0;
        if (next < to && text[next] == '.') {
            int point = next++;
            while (next < to && isDigit(text[next]) && digits < ENOUGH) {
                digits = 10 * digits + text[next++] - '0';
            }
            exponent = point + 1 - next;
            while (next < to && isDigit(text[next])) {
                next++;
            }
            count += next - point - 1;
        }
        if (next < to - 1 && (text[next] | 0x20) == 'e') {
            int begin = text[next + 1] == '-' || text[next + 1] == '+' ? next + 2 : next + 1;
            int end = begin;
            int shift = 0;
            while (end < to && isDigit(text[end]) && end - begin < EXPONENT_DIGITS) {
                shift = 10 * shift + text[end++] - '0';
            }
            next = end > begin ? end : next;
            exponent += text[begin - 1] == '-' ? -shift : shift;
        }
        boolean isPlain = next == to && count > 0 && whole <= MOST_DIGITS && Math.abs(exponent) <= MOST_EXACT
                && to - from <= Numbers.LONGEST;
        return isPlain ? scaled(text, from, to, digits, exponent) : exact(text, from, to);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Rounding is monotone: where both ends of what the double may be become one float, so does the double. */
    private static float scaled(char[] text, int from, int to, long digits, int exponent) {
        double size = exponent < 0 ? digits / POWERS[-exponent] : digits * POWERS[exponent];
        float below = (float) (size * (1 - DOUBT));
        float above = (float) (size * (1 + DOUBT));
        if (below != above || Float.isInfinite(above)) {
            return exact(text, from, to);
        }
        return text[from] == '-' ? -above : above;
    }

    private static float exact(char[] text, int from, int to) {
        float number = (float) Numbers.decimal(new String(text, from, to - from));
        if (Float.isInfinite(number)) {
            throw new NumberFormatException("too large");
        }
        return number;
    }
}
