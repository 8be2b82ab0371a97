package dev.gossamer.topology;

import dev.gossamer.text.Shown;
import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/**
 * The lines of a text, cells separated by commas as a rule, taken apart one after another; blank lines and comments are
 * skipped.
 */
final class CsvLines {

    private static final Pattern WORKERS_COMMENT = Pattern.compile(CsvGraph.WORKERS + "(\\d{1,9})");
    private static final Pattern BLANKS = Pattern.compile("[\\s,]+");
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).setIgnoreEmptyLines(false).get();

    /** Characters of a line whatever the number of workers, and for each of them: an entry, or a label. */
    private static final int FEW_CHARACTERS = 10_000;
    private static final long CHARACTERS_PER_WORKER = 64;

    /** A line of cells, counted from 1 as people do. */
    record Line(int number, List<String> cells) {

        /** For a message. */
        String shown() {
            return Shown.value(String.join(",", cells));
        }
    }

    private final String source;
    private final int workers;
    private final BufferedReader csv;
    private final boolean blanks;
    private int number;
    private long lines;
    private boolean sized;

    /**
     * @param source where the text comes from, for messages
     * @param workers number of workers n that the graph must have
     */
    CsvLines(String source, int workers, Reader csv) {
        this(source, workers, csv, false);
    }

    /** @param blanks whether blanks and tabs separate cells, too, and a percent sign begins comments, too */
    CsvLines(String source, int workers, Reader csv, boolean blanks) {
        this.source = source;
        this.workers = workers;
        this.blanks = blanks;
        this.csv = new BufferedReader(new BoundedLines(csv));
    }

    /** Whether one of the comments so far says how many workers there are. */
    boolean isSized() {
        return sized;
    }

    /** As many of the next lines as there are, up to a number of them. */
    List<Line> next(int most) throws IOException {
        List<Line> found = new ArrayList<>();
        while (found.size() < most) {
            Optional<Line> line = next();
            if (line.isEmpty()) {
                break;
            }
            found.add(line.get());
        }
        return found;
    }

    /**
     * The next line, or nothing at the end.
     *
     * @throws IllegalArgumentException if it is no line of such a graph, with its number
     */
    Optional<Line> next() throws IOException {
        for (String text = csv.readLine(); text != null; text = csv.readLine()) {
            number++;
            String stripped = text.strip();
            Matcher comment = WORKERS_COMMENT.matcher(stripped);
            if (comment.matches()) {
                requireWorkers(Integer.parseInt(comment.group(1)));
                sized = true;
            } else if (!stripped.isEmpty() && !isComment(stripped)) {
                GraphFiles.checkEdges(source, workers, ++lines);
                return Optional.of(new Line(number, cells(text)));
            }
        }
        return Optional.empty();
    }

    private boolean isComment(String line) {
        return line.startsWith("#") || blanks && line.startsWith("%");
    }

    void requireWorkers(int needed) {
        if (needed != workers) {
            throw new IllegalArgumentException(source + " needs " + needed + " workers, got " + workers);
        }
    }

    private List<String> cells(String text) {
        if (blanks) {
            return List.of(BLANKS.split(text.strip()));
        }
        return text.indexOf('"') < 0
                ? Arrays.stream(text.split(",", -1)).map(String::strip).toList()
                : quotedCells(text);
    }

    private List<String> quotedCells(String text) {
        try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
            return parser.getRecords().get(0).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(source + " line " + number
                    + ": expected quotes around whole cells only, got " + Shown.value(text), e);
        }
    }

    /** Refuses a line that is too long as soon as that is known: a whole file may be one. */
    private final class BoundedLines extends FilterReader {

        private final long most = FEW_CHARACTERS + CHARACTERS_PER_WORKER * workers;
        private int line = 1;
        private long length;
        private char previous;

        private BoundedLines(Reader csv) {
            super(csv);
        }

        @Override
        public int read(char[] buffer, int offset, int count) throws IOException {
            int read = super.read(buffer, offset, count);
            for (int i = offset; i < offset + read; i++) {
                add(buffer[i]);
            }
            return read;
        }

        private void add(char c) {
            if (c == '\n' || c == '\r') {
                line += c == '\n' && previous == '\r' ? 0 : 1;
                length = 0;
            } else if (++length > most) {
                throw new IllegalArgumentException(source + " line " + line + ": expected at most " + most
                        + " characters for " + workers + " workers, got more");
            }
            previous = c;
        }
    }
}
