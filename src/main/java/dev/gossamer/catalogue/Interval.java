package dev.gossamer.catalogue;

import dev.gossamer.text.Numbers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers between two others, written as {@code (0, 1e6]}: a round bracket excludes its end.
 *
 * @param text as it is written
 * @param least the lower end
 * @param most the upper end
 */
record Interval(String text, double least, double most) {

    private static final Pattern FORM = Pattern.compile("[(\\[](\\S+), (\\S+)[)\\]]");

    /** Reads an interval. */
    static Interval of(String text) {
        Matcher ends = FORM.matcher(text);
        if (!ends.matches()) {
            throw new IllegalArgumentException("an interval is written as (0, 1], got " + text);
        }
        return new Interval(text, Numbers.decimal(ends.group(1)), Numbers.decimal(ends.group(2)));
    }

    /** Whether a number is in it; what is not a number is in none. */
    boolean contains(double number) {
        return (text.startsWith("(") ? number > least : number >= least)
                && (text.endsWith(")") ? number < most : number <= most);
    }
}
