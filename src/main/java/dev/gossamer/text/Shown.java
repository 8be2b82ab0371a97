package dev.gossamer.text;

import java.util.Locale;

/**
 * Text from outside as people see it: on one line, without the characters that a terminal acts on, and not too long. A
 * file that other programs read holds the text itself.
 */
public final class Shown {

    private static final int LONGEST_VALUE = 80;
    private static final int LONGEST_LINE = 2000;
    private static final int SHORT_END = 300;

    private Shown() {}

    /**
     * A sentence or a cell of a table: control characters, line breaks and marks of the direction of writing are
     * written as <code>&#92;u001b</code>, and where it is longer than 2,000 characters, only its two ends stand.
     */
    public static String line(String text) {
        if (text.length() <= LONGEST_LINE) {
            return escaped(text);
        }
        return escaped(text.substring(0, LONGEST_LINE - SHORT_END)) + " ... "
                + escaped(text.substring(text.length() - SHORT_END));
    }

    /** A value within a sentence, in quotes: escaped as a line, and only its start where it has over 80 characters. */
    public static String value(String text) {
        return shortened(text, "\"");
    }

    /** The same without quotes. */
    public static String shortened(String text) {
        return shortened(text, "");
    }

    private static String shortened(String text, String quote) {
        if (text.length() <= LONGEST_VALUE) {
            return quote + escaped(text) + quote;
        }
        return String.format(Locale.ROOT, "%s%s...%s (%,d characters)",
                quote, escaped(text.substring(0, LONGEST_VALUE)), quote, text.length());
    }

    /** A label: one line of words that is not empty. */
    public static String label(String text) {
        return text.isBlank() ? "(no name)" : text.strip().replaceAll("\\s+", " ");
    }

    /** The same text on one line, however long it is. */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (mustBeEscaped((char) c)) {
                escaped.append(String.format("\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }

    /** Whether a terminal or an editor does something at a character, in place of showing it. */
    public static boolean mustBeEscaped(char c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || isDirection(c);
    }

    /** Marks, embeddings, overrides and isolates of the Unicode Bidirectional Algorithm (UAX 9, table 4). */
    private static boolean isDirection(char c) {
        return c == '\u061c' || c == '\u200e' || c == '\u200f' || c >= '\u202a' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069';
    }
}
