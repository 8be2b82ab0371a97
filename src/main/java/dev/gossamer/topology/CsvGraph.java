package dev.gossamer.topology;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/**
 * Reads an undirected graph from comma-separated values. Blank lines and lines that start with {@code #} are skipped,
 * but that {@code # workers: 5} says how many workers there are. Lines of two cells are an edge list, two worker
 * numbers each; all others an adjacency matrix, n lines of n entries 0 or 1 (the diagonal does not matter). An edge
 * that is listed twice, or in both directions, is one edge. An edge list must name the last worker, unless a comment
 * says how many there are.
 *
 * <p>A first line is a header if all its cells are words and as many as in the next line. A matrix may have the numbers
 * of its workers as header, from 0 or from 1, and its header's labels once more in a first column.
 *
 * <p>For two workers, an edge list and a matrix may look alike: what can be read as both, with different graphs, is
 * refused.
 *
 * @param source where the text comes from, for messages
 * @param workers number of workers n that the graph must have
 */
record CsvGraph(String source, int workers) {

    /** What a comment begins with that says how many workers there are, of which the last may be without an edge. */
    static final String WORKERS = "# workers: ";

    private static final Pattern WORKERS_COMMENT = Pattern.compile(WORKERS + "(\\d{1,9})");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).setIgnoreEmptyLines(false).get();

    /**
     * A line that is not skipped, taken apart only when it is looked at: a file may have millions of cells.
     *
     * @param labels number of its first cells that are labels
     */
    private record Line(int number, String text, int labels) {}

    /**
     * Reads to the end.
     *
     * @throws IOException if reading fails
     * @throws IllegalArgumentException if this is no such graph, with the line and what was expected there
     */
    Graph read(Reader csv) throws IOException {
        List<Line> lines = new ArrayList<>();
        boolean sized = readLines(new BufferedReader(csv), lines);
        if (isLabelled(lines)) {
            checkOrder(lines.get(0));
            return matrix(lines.stream().skip(1).map(line -> new Line(line.number, line.text, 1)).toList());
        }
        List<Line> body = withoutHeader(lines);
        if (body.isEmpty()) {
            if (sized) {
                return graph(new Adjacency(workers));
            }
            throw new IllegalArgumentException(
                    source + ": expected edges, one a line, or an adjacency matrix, got nothing");
        }
        if (cells(body.get(0)).size() != 2) {
            return matrix(withoutNumbers(body));
        }
        return workers == 2 ? edgeListOrMatrix(body, sized) : edgeList(body, sized);
    }

    /** Reads all lines; whether one of them says how many workers there are. */
    private boolean readLines(BufferedReader csv, List<Line> lines) throws IOException {
        boolean sized = false;
        int number = 0;
        for (String text = csv.readLine(); text != null; text = csv.readLine()) {
            number++;
            String stripped = text.strip();
            Matcher comment = WORKERS_COMMENT.matcher(stripped);
            if (comment.matches()) {
                checkWorkers(Integer.parseInt(comment.group(1)));
                sized = true;
            } else if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                lines.add(new Line(number, text, 0));
                GraphFiles.checkEdges(source, workers, lines.size());
            }
        }
        return sized;
    }

    private List<String> cells(Line line) {
        List<String> cells = line.text.indexOf('"') < 0
                ? Arrays.stream(line.text.split(",", -1)).map(String::strip).toList()
                : quotedCells(line);
        return cells.subList(line.labels, cells.size());
    }

    private List<String> quotedCells(Line line) {
        try (CSVParser parser = CSVParser.parse(line.text, FORMAT)) {
            return parser.getRecords().get(0).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(source + " line " + line.number
                    + ": expected quotes around whole cells only, got \"" + GraphFiles.abbreviated(line.text) + "\"",
                    e);
        }
    }

    private void checkWorkers(int needed) {
        if (needed != workers) {
            throw new IllegalArgumentException(source + " needs " + needed + " workers, got " + workers);
        }
    }

    private static boolean isNumber(String cell) {
        return NUMBER.matcher(cell).matches();
    }

    private static boolean isWord(String cell) {
        return !isNumber(cell) && cell.codePoints().anyMatch(Character::isLetter);
    }

    /**
     * Whether the labels of the first line are those of the first column too, in the same order: a header, with or
     * without a cell over that column, of a square matrix.
     */
    private boolean isLabelled(List<Line> lines) {
        if (lines.size() < 2) {
            return false;
        }
        int columns = cells(lines.get(1)).size();
        List<String> labels = labels(lines.get(0), columns);
        return labels.size() == columns - 1
                && lines.size() == columns
                && new HashSet<>(labels).size() == labels.size()
                && IntStream.range(1, columns).allMatch(i -> cells(lines.get(i)).get(0).equals(labels.get(i - 1)));
    }

    /** The header over all columns but the first; a first cell that is a number is no part of a header. */
    private List<String> labels(Line header, int columns) {
        List<String> cells = cells(header);
        boolean corner = cells.size() == columns && !isNumber(cells.get(0));
        return corner ? cells.subList(1, columns) : cells;
    }

    /** Labels that are worker numbers must be those of their places. */
    private void checkOrder(Line header) {
        List<String> cells = cells(header);
        List<String> inOrder = IntStream.range(0, workers).mapToObj(Integer::toString).toList();
        if (new HashSet<>(cells).containsAll(inOrder)
                && !cells.subList(cells.size() - workers, cells.size()).equals(inOrder)) {
            throw refusal(header, "workers 0 to " + (workers - 1) + " in this order");
        }
    }

    private List<Line> withoutHeader(List<Line> lines) {
        List<String> first = lines.isEmpty() ? List.of() : cells(lines.get(0));
        if (lines.isEmpty() || first.stream().anyMatch(CsvGraph::isNumber)) {
            return lines;
        }
        int columns = cells(lines.get(Math.min(1, lines.size() - 1))).size();
        boolean words = first.stream().skip(1).allMatch(CsvGraph::isWord)
                && (isWord(first.get(0)) || first.get(0).isEmpty());
        if (!words || first.size() != columns) {
            throw refusal(lines.get(0), "an edge as two worker numbers, a line of a matrix, or a header of words");
        }
        return lines.subList(1, lines.size());
    }

    /** Without a first line that counts the columns of a square below it. */
    private List<Line> withoutNumbers(List<Line> lines) {
        List<String> first = cells(lines.get(0));
        boolean counts = lines.size() == first.size() + 1 && (counts(first, 0) || counts(first, 1));
        return counts ? lines.subList(1, lines.size()) : lines;
    }

    private static boolean counts(List<String> cells, int from) {
        return IntStream.range(0, cells.size()).allMatch(i -> cells.get(i).equals(Integer.toString(from + i)));
    }

    /** Of two workers, whichever the lines can be. */
    private Graph edgeListOrMatrix(List<Line> lines, boolean sized) {
        Optional<Graph> matrix = ifPossible(() -> matrix(withoutNumbers(lines)));
        Optional<Graph> edges = ifPossible(() -> edgeList(lines, sized));
        if (matrix.isPresent() && edges.isPresent() && !matrix.get().edges().equals(edges.get().edges())) {
            throw new IllegalArgumentException(source + ": expected an edge list or a matrix, got lines that can be"
                    + " both, with different graphs; list each edge once");
        }
        return edges.or(() -> matrix).orElseGet(() -> edgeList(lines, sized));
    }

    private static Optional<Graph> ifPossible(Supplier<Graph> reading) {
        try {
            return Optional.of(reading.get());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Graph edgeList(List<Line> lines, boolean sized) {
        Adjacency joined = new Adjacency(workers);
        int last = 0;
        for (Line line : lines) {
            List<String> cells = cells(line);
            int a = cells.size() == 2 ? worker(cells.get(0)) : -1;
            int b = cells.size() == 2 ? worker(cells.get(1)) : -1;
            if (a < 0 || b < 0 || a == b) {
                throw refusal(line, "two different workers of 0 to " + (workers - 1));
            }
            joined.join(a, b);
            last = Math.max(last, Math.max(a, b));
        }
        checkWorkers(sized ? workers : last + 1);
        return graph(joined);
    }

    /** The worker's number, or -1 where the cell is none. */
    private int worker(String cell) {
        return cell.matches("\\d{1,9}") && Integer.parseInt(cell) < workers ? Integer.parseInt(cell) : -1;
    }

    private Graph matrix(List<Line> lines) {
        if (cells(lines.get(0)).size() == lines.size()) {
            checkWorkers(lines.size());
        }
        Adjacency joined = new Adjacency(workers);
        for (int a = 0; a < lines.size(); a++) {
            Line line = lines.get(a);
            List<String> cells = cells(line);
            if (a >= workers || cells.size() != workers) {
                throw refusal(line, "an edge as two worker numbers, or one of " + workers + " lines of " + workers
                        + " entries 0 or 1");
            }
            for (int b = 0; b < workers; b++) {
                if (isEdge(line, cells.get(b))) {
                    joined.set(a, b);
                }
            }
        }
        if (lines.size() < workers) {
            throw new IllegalArgumentException(source + ": expected " + workers + " lines of " + workers
                    + " entries 0 or 1, got " + lines.size() + (lines.size() == 1 ? " line" : " lines"));
        }
        checkSymmetry(joined, lines);
        return graph(joined);
    }

    private boolean isEdge(Line line, String cell) {
        double entry = isNumber(cell) ? Double.parseDouble(cell) : Double.NaN;
        if (entry != 0 && entry != 1) {
            throw new IllegalArgumentException(source + " line " + line.number + ": expected entries 0 or 1, got \""
                    + GraphFiles.abbreviated(cell) + "\"");
        }
        return entry == 1;
    }

    private void checkSymmetry(Adjacency joined, List<Line> lines) {
        for (int a = 0; a < workers; a++) {
            for (int b = 0; b < a; b++) {
                if (joined.has(a, b) != joined.has(b, a)) {
                    throw new IllegalArgumentException(source + " line " + lines.get(a).number
                            + ": expected a symmetric matrix, but the entries of workers " + a + " and " + b
                            + " for each other differ");
                }
            }
        }
    }

    private Graph graph(Adjacency joined) {
        return joined.graph(IntStream.range(0, workers).toArray());
    }

    private IllegalArgumentException refusal(Line line, String expected) {
        return new IllegalArgumentException(source + " line " + line.number + ": expected " + expected + ", got \""
                + GraphFiles.abbreviated(String.join(",", cells(line))) + "\"");
    }
}
