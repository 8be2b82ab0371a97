package dev.gossamer.data;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * The lines of a text in UTF-8, one after another; blank ones are skipped. A line's characters lie in a buffer, where
 * they can be looked at without a copy.
 */
final class TextLines implements AutoCloseable {

    private static final int MOST_CHARACTERS = 1 << 24;
    private static final int FIRST_BUFFER = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final Path path;
    private final Reader text;
    private char[] buffer = new char[FIRST_BUFFER];
    private int filled;
    private int next;
    private int start;
    private int end;
    private int number;

    /** @throws DataException if there is no such file */
    TextLines(Path path) {
        this.path = path;
        try {
            text = new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8.newDecoder());
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }

    /**
     * The next line without its end; null behind the last one.
     *
     * @throws DataException if it cannot be read, is no text, or has more than 2^24 characters
     */
    String next() {
        return advance() ? line() : null;
    }

    /**
     * Goes on to the next line.
     *
     * @return whether there is one
     * @throws DataException if it cannot be read, is no text, or has more than 2^24 characters
     */
    boolean advance() {
        try {
            boolean found = read();
            while (found && isBlank()) {
                found = read();
            }
            return found;
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }

    /** The line itself, without its end. */
    String line() {
        return new String(buffer, start, end - start);
    }

    /** Holds the line from {@link #start()} to {@link #end()}, until the next one is read. */
    char[] characters() {
        return buffer;
    }

    /** Place of the first character of the line. */
    int start() {
        return start;
    }

    /** Place behind the last character of the line. */
    int end() {
        return end;
    }

    /** A line of tabs is none: it may be a row of empty cells. */
    private boolean isBlank() {
        for (int i = start; i < end; i++) {
            if (!Character.isWhitespace(buffer[i]) || buffer[i] == '\t') {
                return false;
            }
        }
        return true;
    }

    private boolean read() throws IOException {
        number++;
        start = next;
        end = lineEnd();
        if (end == filled && start == end) {
            return false;
        }
        next = Math.min(end + 1, filled);
        if (number == 1 && start < end && buffer[start] == BYTE_ORDER_MARK) {
            start++;
        }
        if (end > start && buffer[end - 1] == '\r') {
            end--;
        }
        return true;
    }

    /** Where the line that has begun ends: at a line feed, or at the end of the text. */
    private int lineEnd() throws IOException {
        int place = start;
        while (true) {
            while (place < filled && buffer[place] != '\n') {
                place++;
            }
            if (place - start > MOST_CHARACTERS) {
                throw refused("expected at most %,d characters, found more", MOST_CHARACTERS);
            }
            if (place < filled) {
                return place;
            }
            int length = place - start;
            boolean isFilled = fill();
            place = start + length;
            if (!isFilled) {
                return place;
            }
        }
    }

    /** Reads on behind the line that has begun, which moves to the front. */
    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, filled - start);
            filled -= start;
            start = 0;
        }
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * filled);
        }
        int count = text.read(buffer, filled, buffer.length - filled);
        filled += Math.max(0, count);
        return count >= 0;
    }

    /** What is wrong with the last line. */
    DataException refused(String format, Object... values) {
        return new DataException(
                path + " line " + number + ": " + String.format(Locale.ROOT, format, values) + ".");
    }

    @Override
    public void close() {
        try {
            text.close();
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }
}
