package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads an undirected graph from comma-separated values: either an edge list, two worker numbers a line, or an
 * adjacency matrix, n lines of n entries 0 or 1 (the diagonal does not matter). Empty lines, lines that start with
 * {@code #}, and a first line without numbers are skipped. An edge that is listed twice, or in both directions, is one
 * edge.
 *
 * @param source where the text comes from, for messages
 * @param workers number of workers n that the graph must have
 */
record CsvGraph(String source, int workers) {

    /** What a comment begins with that says how many workers there are, of which the last may be without an edge. */
    static final String WORKERS = "# workers: ";

    private static final CSVFormat FORMAT = CSVFormat.DEFAULT.builder()
            .setCommentMarker('#').setIgnoreEmptyLines(true).setIgnoreSurroundingSpaces(true).get();

    /** The cells of a line that is not skipped. */
    private record Line(long number, List<String> cells) {}

    /**
     * Reads to the end.
     *
     * @throws IOException if reading fails
     * @throws IllegalArgumentException if this is no such graph, with the line and what was expected there
     */
    Graph read(Reader csv) throws IOException {
        List<Line> lines = lines(csv);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(
                    source + ": expected edges, one a line, or an adjacency matrix, got nothing");
        }
        int columns = lines.get(0).cells.size();
        if (columns == 2) {
            return edgeList(lines);
        }
        if (columns == lines.size() && columns != workers) {
            throw new IllegalArgumentException(source + " needs " + columns + " workers, got " + workers);
        }
        return adjacency(lines);
    }

    private List<Line> lines(Reader csv) throws IOException {
        List<Line> lines = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(csv, FORMAT)) {
            for (CSVRecord line : parser) {
                boolean header = line.getRecordNumber() == 1 && line.stream().noneMatch(CsvGraph::isNumber);
                if (!header) {
                    lines.add(new Line(parser.getCurrentLineNumber(), line.toList()));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return lines;
    }

    private static boolean isNumber(String cell) {
        try {
            Double.parseDouble(cell);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private Graph edgeList(List<Line> lines) {
        boolean[][] joined = new boolean[workers][workers];
        int last = 0;
        for (Line line : lines) {
            int a = line.cells.size() == 2 ? worker(line.cells.get(0)) : -1;
            int b = line.cells.size() == 2 ? worker(line.cells.get(1)) : -1;
            if (a < 0 || b < 0 || a == b) {
                throw refusal(line, "two different workers of 0 to " + (workers - 1));
            }
            joined[a][b] = true;
            joined[b][a] = true;
            last = Math.max(last, Math.max(a, b));
        }
        if (last + 1 < workers) {
            throw new IllegalArgumentException(source + " needs " + (last + 1) + " workers, got " + workers);
        }
        return graph(joined);
    }

    /** The worker's number, or -1 where the cell is none. */
    private int worker(String cell) {
        return cell.matches("\\d{1,9}") && Integer.parseInt(cell) < workers ? Integer.parseInt(cell) : -1;
    }

    private Graph adjacency(List<Line> lines) {
        boolean[][] joined = new boolean[workers][workers];
        for (int a = 0; a < lines.size(); a++) {
            Line line = lines.get(a);
            if (a >= workers || line.cells.size() != workers) {
                throw refusal(line, "an edge as two worker numbers, or one of " + workers + " lines of " + workers
                        + " entries 0 or 1");
            }
            for (int b = 0; b < workers; b++) {
                joined[a][b] = isEdge(line, line.cells.get(b));
            }
        }
        if (lines.size() < workers) {
            throw new IllegalArgumentException(source + ": expected " + workers + " lines of " + workers
                    + " entries 0 or 1, got " + lines.size() + " lines");
        }
        checkSymmetry(joined, lines);
        return graph(joined);
    }

    private boolean isEdge(Line line, String cell) {
        if (isNumber(cell) && Double.parseDouble(cell) == 0) {
            return false;
        }
        if (isNumber(cell) && Double.parseDouble(cell) == 1) {
            return true;
        }
        throw new IllegalArgumentException(
                source + " line " + line.number + ": expected entries 0 or 1, got \"" + cell + "\"");
    }

    private void checkSymmetry(boolean[][] joined, List<Line> lines) {
        for (int a = 0; a < workers; a++) {
            for (int b = 0; b < a; b++) {
                if (joined[a][b] != joined[b][a]) {
                    throw new IllegalArgumentException(source + " line " + lines.get(a).number
                            + ": expected a symmetric matrix, but the entries of workers " + a + " and " + b
                            + " for each other differ");
                }
            }
        }
    }

    private Graph graph(boolean[][] joined) {
        List<Edge> edges = new ArrayList<>();
        for (int a = 0; a < workers; a++) {
            for (int b = a + 1; b < workers; b++) {
                if (joined[a][b]) {
                    edges.add(new Edge(a, b));
                }
            }
        }
        return Graph.of(workers, edges);
    }

    private IllegalArgumentException refusal(Line line, String expected) {
        return new IllegalArgumentException(source + " line " + line.number + ": expected " + expected + ", got \""
                + String.join(",", line.cells) + "\"");
    }
}
