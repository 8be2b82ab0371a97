package dev.gossamer.topology;

import java.util.Arrays;

/**
 * A text in GML or DOT with nothing in its strings and without its comments, of the same length, so that what is left
 * are words, numbers, brackets and the signs of edges.
 */
final class BareText {

    /** Brackets within each other; JGraphT's parsers call themselves for each. */
    private static final int DEEPEST = 100;

    private final String source;
    private final boolean dot;
    private final char[] text;
    private int place;
    private int depth;

    private BareText(String source, String text, boolean dot) {
        this.source = source;
        this.dot = dot;
        this.text = text.toCharArray();
    }

    /**
     * What is left of a text.
     *
     * @param source where it comes from, for messages
     * @param dot whether it is DOT, otherwise GML
     * @throws IllegalArgumentException if brackets are too deep
     */
    static String of(String source, String text, boolean dot) {
        return new BareText(source, text, dot).read();
    }

    private String read() {
        boolean isLineStart = true;
        while (place < text.length) {
            char c = text[place];
            if (c == '"') {
                skipString();
            } else if (c == '#' && (isLineStart || !dot)) {
                skipTo("\n");
            } else if (dot && c == '/' && starts("//")) {
                skipTo("\n");
            } else if (dot && c == '/' && starts("/*")) {
                skipTo("*/");
            } else if (dot && c == '<') {
                skipHtml();
            } else {
                count(c);
                place++;
            }
            isLineStart = c == '\n' || isLineStart && Character.isWhitespace(c);
        }
        return new String(text);
    }

    private boolean starts(String word) {
        return place + word.length() <= text.length
                && Arrays.equals(text, place, place + word.length(), word.toCharArray(), 0, word.length());
    }

    private void skipString() {
        int from = ++place;
        while (place < text.length && text[place] != '"') {
            place += dot && text[place] == '\\' ? 2 : 1;
        }
        clear(from, Math.min(place, text.length));
        place++;
    }

    private void skipHtml() {
        int from = place;
        int open = 0;
        do {
            open += text[place] == '<' ? 1 : text[place] == '>' ? -1 : 0;
            place++;
        } while (open > 0 && place < text.length);
        clear(from, place);
    }

    private void skipTo(String end) {
        int from = place;
        while (place < text.length && !starts(end)) {
            place++;
        }
        place = Math.min(text.length, place + (end.equals("\n") ? 0 : end.length()));
        clear(from, place);
    }

    private void clear(int from, int to) {
        for (int i = from; i < to; i++) {
            text[i] = text[i] == '\n' ? '\n' : ' ';
        }
    }

    private void count(char c) {
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        if (depth > DEEPEST) {
            throw new IllegalArgumentException(
                    source + ": expected at most " + DEEPEST + " brackets within each other, got more");
        }
    }
}
