package dev.gossamer.topology;

import dev.gossamer.topology.CsvLines.Line;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads a graph from comma-separated values, as said here an undirected one; of a directed one only an edge list, the
 * sender of each edge before its receiver. Blank lines and lines that start with {@code #} are skipped,
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
record CsvGraph(String source, int workers) implements GraphReader {

    /** What a comment begins with that says how many workers there are, of which the last may be without an edge. */
    static final String WORKERS = "# workers: ";

    private static final Pattern WORKER = Pattern.compile("\\d{1,9}");

    /** Lines that tell whether an edge list follows: a header, and two that are no labelled matrix of one worker. */
    private static final int TELLING = 3;

    /**
     * Reads to the end. An edge list is never held as a whole, but for two workers: a valid one may have millions of
     * lines.
     *
     * @throws IOException if reading fails
     * @throws IllegalArgumentException if this is no such graph, with the line and what was expected there
     */
    Graph read(Reader csv) throws IOException {
        CsvLines following = new CsvLines(source, workers, csv);
        List<Line> first = following.next(workers == 2 ? Integer.MAX_VALUE : TELLING);
        Optional<CsvMatrix> table = Optional.empty();
        if (mayBeLabelled(first)) {
            table = Optional.of(CsvMatrix.of(source, workers, first, following));
            if (table.get().isLabelled(labels(first))) {
                checkOrder(first.get(0));
                return table.get().behind(1).graph(1);
            }
        }
        List<Line> body = withoutHeader(first);
        if (body.isEmpty()) {
            return withoutLines(following);
        }
        if (body.get(0).cells().size() == 2) {
            return workers == 2 ? edgeListOrMatrix(body, following) : edgeList(body, following);
        }
        CsvMatrix all = table.isPresent() ? table.get() : CsvMatrix.of(source, workers, first, following);
        return withoutNumbers(body.get(0), all.behind(first.size() - body.size())).graph(0);
    }

    /**
     * Reads a directed graph to the end.
     *
     * @throws IOException if reading fails
     * @throws IllegalArgumentException if this is no such graph, with the line and what was expected there
     */
    Digraph readDirected(Reader csv) throws IOException {
        CsvLines following = new CsvLines(source, workers, csv);
        List<Line> body = withoutHeader(following.next(TELLING));
        if (body.isEmpty() && !following.isSized()) {
            throw new IllegalArgumentException(source + ": expected edges, one a line, got nothing");
        }
        return edges(body, following, Adjacency::set).digraph(places());
    }

    @Override
    public Graph read(InputStream file) throws IOException {
        return read(GraphFiles.utf8(file));
    }

    @Override
    public Digraph readDirected(InputStream file) throws IOException {
        return readDirected(GraphFiles.utf8(file));
    }

    private Graph withoutLines(CsvLines lines) {
        if (lines.isSized()) {
            return graph(new Adjacency(workers));
        }
        throw new IllegalArgumentException(
                source + ": expected edges, one a line, or an adjacency matrix, got nothing");
    }

    static boolean isWord(String cell) {
        return !CsvMatrix.isNumber(cell) && cell.codePoints().anyMatch(Character::isLetter);
    }

    /**
     * Whether the labels of the first line may be those of the first column too, in the same order: a header, with or
     * without a cell over that column, of a square matrix.
     */
    private static boolean mayBeLabelled(List<Line> first) {
        if (first.size() < 2) {
            return false;
        }
        List<String> next = first.get(1).cells();
        List<String> labels = labels(first);
        return labels.size() == next.size() - 1
                && first.size() <= next.size()
                && new HashSet<>(labels).size() == labels.size()
                && labels.get(0).equals(next.get(0));
    }

    /** The header over all columns but the first; a first cell that is a number is no part of a header. */
    private static List<String> labels(List<Line> first) {
        List<String> cells = first.get(0).cells();
        int columns = first.get(1).cells().size();
        boolean corner = cells.size() == columns && !CsvMatrix.isNumber(cells.get(0));
        return corner ? cells.subList(1, columns) : cells;
    }

    /** Labels that are worker numbers must be those of their places. */
    private void checkOrder(Line header) {
        List<String> cells = header.cells();
        List<String> inOrder = IntStream.range(0, workers).mapToObj(Integer::toString).toList();
        if (new HashSet<>(cells).containsAll(inOrder)
                && !cells.subList(cells.size() - workers, cells.size()).equals(inOrder)) {
            throw refusal(header, "workers 0 to " + (workers - 1) + " in this order");
        }
    }

    private List<Line> withoutHeader(List<Line> lines) {
        List<String> first = lines.isEmpty() ? List.of() : lines.get(0).cells();
        if (lines.isEmpty() || first.stream().anyMatch(CsvMatrix::isNumber)) {
            return lines;
        }
        int columns = lines.get(Math.min(1, lines.size() - 1)).cells().size();
        boolean words = first.stream().skip(1).allMatch(CsvGraph::isWord)
                && (isWord(first.get(0)) || first.get(0).isEmpty());
        if (!words || first.size() != columns) {
            throw refusal(lines.get(0), "an edge as two worker numbers, a line of a matrix, or a header of words");
        }
        return lines.subList(1, lines.size());
    }

    /** Without a first line that counts the columns of a square below it. */
    private static CsvMatrix withoutNumbers(Line first, CsvMatrix table) {
        List<String> cells = first.cells();
        boolean counts = table.size() == cells.size() + 1 && (counts(cells, 0) || counts(cells, 1));
        return counts ? table.behind(1) : table;
    }

    private static boolean counts(List<String> cells, int from) {
        return IntStream.range(0, cells.size()).allMatch(i -> cells.get(i).equals(Integer.toString(from + i)));
    }

    /** Of two workers, whichever the lines can be, which are all that there are. */
    private Graph edgeListOrMatrix(List<Line> lines, CsvLines end) throws IOException {
        CsvMatrix table = withoutNumbers(lines.get(0), CsvMatrix.of(source, workers, lines, end));
        Optional<Graph> matrix = ifPossible(() -> table.graph(0));
        Optional<Graph> edges = ifPossible(() -> edgeList(lines, end));
        if (matrix.isPresent() && edges.isPresent() && !matrix.get().edges().equals(edges.get().edges())) {
            throw new IllegalArgumentException(source + ": expected an edge list or a matrix, got lines that can be"
                    + " both, with different graphs; list each edge once");
        }
        Optional<Graph> either = edges.or(() -> matrix);
        return either.isPresent() ? either.get() : edgeList(lines, end);
    }

    private interface Reading {
        Graph read() throws IOException;
    }

    private static Optional<Graph> ifPossible(Reading reading) throws IOException {
        try {
            return Optional.of(reading.read());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Graph edgeList(List<Line> first, CsvLines following) throws IOException {
        return graph(edges(first, following, Adjacency::join));
    }

    /** Joins two workers, in one direction or both. */
    private interface Joining {
        void join(Adjacency joined, int from, int to);
    }

    private Adjacency edges(List<Line> first, CsvLines following, Joining joining) throws IOException {
        Adjacency joined = new Adjacency(workers);
        int last = 0;
        for (Line line : first) {
            last = Math.max(last, join(joined, line, joining));
        }
        for (Optional<Line> line = following.next(); line.isPresent(); line = following.next()) {
            last = Math.max(last, join(joined, line.get(), joining));
        }
        following.requireWorkers(following.isSized() ? workers : last + 1);
        return joined;
    }

    /** The last of the two workers of an edge. */
    private int join(Adjacency joined, Line line, Joining joining) {
        List<String> cells = line.cells();
        int a = cells.size() == 2 ? worker(cells.get(0)) : -1;
        int b = cells.size() == 2 ? worker(cells.get(1)) : -1;
        if (a < 0 || b < 0 || a == b) {
            throw refusal(line, "two different workers of 0 to " + (workers - 1));
        }
        joining.join(joined, a, b);
        return Math.max(a, b);
    }

    /** The worker's number, or -1 where the cell is none. */
    private int worker(String cell) {
        return WORKER.matcher(cell).matches() && Integer.parseInt(cell) < workers ? Integer.parseInt(cell) : -1;
    }

    private Graph graph(Adjacency joined) {
        return joined.graph(places());
    }

    /** Every worker is at its own place. */
    private int[] places() {
        return IntStream.range(0, workers).toArray();
    }

    private IllegalArgumentException refusal(Line line, String expected) {
        return new IllegalArgumentException(
                source + " line " + line.number() + ": expected " + expected + ", got " + line.shown());
    }
}
