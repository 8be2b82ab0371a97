package dev.gossamer.data;

import dev.gossamer.text.Shown;
import dev.gossamer.text.SingleNumbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The rows of a table, one after another, of cells that commas separate, or semicolons or tabs where the first line has
 * no comma outside of quotes. White space around cells and quotes is not of them.
 */
final class CsvRows implements AutoCloseable {

    private static final List<Character> SEPARATORS = List.of(',', ';', '\t');
    private static final int FIRST = 1 << 8;

    private final TextLines lines;
    private char separator;
    /** Holds the cells of the row, each from a start to an end. */
    private char[] text;
    private int[] starts = new int[FIRST];
    private int[] ends = new int[FIRST];
    private int size;

    /** @throws DataException if there is no such file */
    CsvRows(Path path) {
        lines = new TextLines(path);
    }

    /**
     * Goes on to the next row.
     *
     * @return whether there is one
     * @throws DataException if it cannot be read, or quotes are within cells
     */
    boolean advance() {
        if (!lines.advance()) {
            return false;
        }
        if (separator == 0) {
            String unquoted = lines.line().replaceAll("\"[^\"]*\"", "");
            separator = SEPARATORS.stream().filter(possible -> unquoted.indexOf(possible) >= 0).findFirst().orElse(',');
        }
        if (!split() && !splitQuoted()) {
            parse();
        }
        return true;
    }

    /** Number of cells. */
    int size() {
        return size;
    }

    /** A cell, by its column from 0. */
    String cell(int column) {
        return new String(text, starts[column], ends[column] - starts[column]);
    }

    /** All cells. */
    List<String> cells() {
        return IntStream.range(0, size).mapToObj(this::cell).toList();
    }

    /**
     * The number in a cell.
     *
     * @throws NumberFormatException if there is none, or one too large for a float
     */
    float number(int column) {
        return SingleNumbers.read(text, starts[column], ends[column]);
    }

    /** What is wrong with the row. */
    DataException refused(String format, Object... values) {
        return lines.refused(format, values);
    }

    /** Splits a line that has no quotes; false where it has. */
    private boolean split() {
        char[] characters = lines.characters();
        char between = separator;
        int end = lines.end();
        text = characters;
        size = 0;
        int start = lines.start();
        for (int i = start; i < end; i++) {
            char c = characters[i];
            if (c == between) {
                add(start, i);
                start = i + 1;
            } else if (c == '"') {
                return false;
            }
        }
        add(start, end);
        return true;
    }

    /** Splits a line whose quotes are around cells and nowhere else; false where that is not plain. */
    private boolean splitQuoted() {
        size = 0;
        int next = lines.start();
        while (true) {
            int start = skipBlanks(next);
            boolean isQuoted = start < lines.end() && text[start] == '"';
            int close = isQuoted ? find('"', start + 1) : find(separator, next);
            int end = isQuoted ? skipBlanks(close + 1) : close;
            if (end > lines.end() || end < lines.end() && text[end] != separator) {
                return false;
            }
            for (int i = next; i < close; i++) {
                if (text[i] == '\r' || text[i] == '"' && i != start) {
                    return false;
                }
            }
            if (isQuoted) {
                put(start + 1, close);
            } else {
                add(next, close);
            }
            if (end == lines.end()) {
                return true;
            }
            next = end + 1;
        }
    }

    private int find(char wanted, int from) {
        int place = from;
        while (place < lines.end() && text[place] != wanted) {
            place++;
        }
        return place;
    }

    private int skipBlanks(int from) {
        int place = from;
        while (place < lines.end() && text[place] != separator && (text[place] == ' ' || text[place] == '\t')) {
            place++;
        }
        return place;
    }

    private void parse() {
        String line = lines.line();
        CSVFormat format = CSVFormat.DEFAULT.builder().setDelimiter(separator).setIgnoreSurroundingSpaces(true).get();
        List<CSVRecord> records = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(line, format)) {
            records.addAll(parser.getRecords());
        } catch (IOException | UncheckedIOException e) {
            throw misquoted(line);
        }
        if (records.size() != 1) {
            throw misquoted(line);
        }
        text = String.join("", records.get(0)).toCharArray();
        size = 0;
        int start = 0;
        for (String cell : records.get(0)) {
            put(start, start + cell.length());
            start += cell.length();
        }
    }

    private DataException misquoted(String line) {
        return refused("expected quotes around whole cells of one line, found %s", Shown.value(line));
    }

    /** Adds a cell without the white space around it. */
    private void add(int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isSpace(text[start])) {
            start++;
        }
        while (start < end && isSpace(text[end - 1])) {
            end--;
        }
        put(start, end);
    }

    private static boolean isSpace(char c) {
        return (c <= ' ' || c > '~') && Character.isWhitespace(c);
    }

    private void put(int start, int end) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
        }
        starts[size] = start;
        ends[size++] = end;
    }

    @Override
    public void close() {
        lines.close();
    }
}
