package dev.gossamer.topology;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import dev.gossamer.topology.CsvLines.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The lines of a {@link CsvGraph} as those of an adjacency matrix, with or without labels. Held as bits: written, the
 * entries of thousands of workers may fill gigabytes.
 *
 * @param source where the lines come from, for messages
 * @param workers number of workers n that the graph must have
 */
record CsvMatrix(String source, int workers, List<Row> rows) {

    /**
     * A line.
     *
     * @param shown it for a message
     * @param first its first cell, which may be a label
     * @param columns number of cells
     * @param ones where entries are 1
     * @param wrong the first cell behind the first one that is no entry 0 or 1
     */
    private record Row(
            int number, String shown, String first, int columns, BitSet ones, Optional<String> wrong) {

        static Row of(Line line) {
            List<String> cells = line.cells();
            BitSet ones = new BitSet(cells.size());
            Optional<String> wrong = Optional.empty();
            for (int i = 0; i < cells.size() && wrong.isEmpty(); i++) {
                double entry = entry(cells.get(i));
                ones.set(i, entry == 1);
                if (i > 0 && entry != 0 && entry != 1) {
                    wrong = Optional.of(cells.get(i));
                }
            }
            return new Row(line.number(), line.shown(), cells.get(0), cells.size(), ones, wrong);
        }

        /** The first cell behind the labels that is no entry. */
        Optional<String> wrongBehind(int labels) {
            boolean firstIsWrong = labels == 0 && entry(first) != 0 && entry(first) != 1;
            return firstIsWrong ? Optional.of(first) : wrong;
        }
    }

    /** The number in a cell, NaN where there is none. */
    private static double entry(String cell) {
        try {
            return Numbers.decimal(cell);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    static boolean isNumber(String cell) {
        return !Double.isNaN(entry(cell));
    }

    /** The first lines and those that follow, no more than it takes to know that there are too many. */
    static CsvMatrix of(String source, int workers, List<Line> first, CsvLines following) throws IOException {
        List<Row> rows = new ArrayList<>(first.stream().map(Row::of).toList());
        int most = 2 + Math.max(workers, rows.stream().mapToInt(Row::columns).max().orElse(0));
        while (rows.size() <= most) {
            Optional<Line> line = following.next();
            if (line.isEmpty()) {
                break;
            }
            rows.add(Row.of(line.get()));
        }
        return new CsvMatrix(source, workers, rows);
    }

    /** Without its first lines. */
    CsvMatrix behind(int lines) {
        return new CsvMatrix(source, workers, rows.subList(lines, rows.size()));
    }

    /** Whether there are as many lines as these labels and one for them, and they begin with them. */
    boolean isLabelled(List<String> labels) {
        return rows.size() == labels.size() + 1
                && IntStream.range(1, rows.size()).allMatch(i -> rows.get(i).first.equals(labels.get(i - 1)));
    }

    /** Number of lines. */
    int size() {
        return rows.size();
    }

    /**
     * The graph.
     *
     * @param labels number of first cells of each line that are labels, 0 or 1
     * @throws IllegalArgumentException if this is no such matrix, with the line
     */
    Graph graph(int labels) {
        if (rows.get(0).columns - labels == rows.size() && rows.size() != workers) {
            throw new IllegalArgumentException(source + " needs " + rows.size() + " workers, got " + workers);
        }
        Adjacency joined = new Adjacency(workers);
        for (int a = 0; a < rows.size(); a++) {
            Row row = rows.get(a);
            check(row, a, labels);
            for (int b = row.ones.nextSetBit(labels); b >= 0; b = row.ones.nextSetBit(b + 1)) {
                joined.set(a, b - labels);
            }
        }
        if (rows.size() < workers) {
            throw new IllegalArgumentException(source + ": expected " + workers + " lines of " + workers
                    + " entries 0 or 1, got " + rows.size() + (rows.size() == 1 ? " line" : " lines"));
        }
        checkSymmetry(joined);
        return joined.graph(IntStream.range(0, workers).toArray());
    }

    private void check(Row row, int place, int labels) {
        if (place >= workers || row.columns - labels != workers) {
            throw new IllegalArgumentException(source + " line " + row.number + ": expected an edge as two worker"
                    + " numbers, or one of " + workers + " lines of " + workers + " entries 0 or 1, got " + row.shown);
        }
        row.wrongBehind(labels).ifPresent(cell -> {
            throw new IllegalArgumentException(source + " line " + row.number + ": expected entries 0 or 1, got "
                    + Shown.value(cell));
        });
    }

    private void checkSymmetry(Adjacency joined) {
        for (int a = 0; a < workers; a++) {
            for (int b = 0; b < a; b++) {
                if (joined.has(a, b) != joined.has(b, a)) {
                    throw new IllegalArgumentException(source + " line " + rows.get(a).number
                            + ": expected a symmetric matrix, but the entries of workers " + a + " and " + b
                            + " for each other differ");
                }
            }
        }
    }
}
