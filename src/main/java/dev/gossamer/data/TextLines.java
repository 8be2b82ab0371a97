package dev.gossamer.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The lines of a text in UTF-8, one after another; blank ones are skipped. */
final class TextLines implements AutoCloseable {

    private static final int MOST_CHARACTERS = 1 << 24;

    private final Path path;
    private final BufferedReader text;
    private final StringBuilder line = new StringBuilder();
    private int number;

    /** @throws DataException if there is no such file */
    TextLines(Path path) {
        this.path = path;
        try {
            text = Files.newBufferedReader(path);
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
        try {
            String found = read();
            while (found != null && found.isBlank()) {
                found = read();
            }
            return found;
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }

    private String read() throws IOException {
        line.setLength(0);
        number++;
        int c = text.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (line.length() == MOST_CHARACTERS) {
                throw refused("expected at most %,d characters, found more", MOST_CHARACTERS);
            }
            line.append((char) c);
            c = text.read();
        }
        if (number == 1 && line.length() > 0 && line.charAt(0) == '\ufeff') {
            line.deleteCharAt(0);
        }
        int last = line.length() - 1;
        return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
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
