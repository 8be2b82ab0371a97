package dev.gossamer.topology;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import dev.gossamer.topology.CsvLines.Line;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads mixing matrices from comma-separated values: n lines of n weights for each step of a period, line i of them
 * being what worker i receives. Rows or columns sum to 1. Blank lines and lines that start with {@code #} are skipped,
 * and so is a first line of n words.
 *
 * <p>Below a first line {@code from,to,weight} or {@code source,target,weight}, or the other way round, the lines are
 * the weights of edges of one matrix, each once; what those that a worker receives lack of 1 is the worker's own
 * weight.
 *
 * @param source where the text comes from, for messages
 * @param workers number of workers n that the matrices must have
 */
record CsvWeights(String source, int workers) {

    private static final double ROUNDING = 1e-9;
    private static final Pattern WORKER = Pattern.compile("\\d{1,9}");
    private static final Pattern LIST =
            Pattern.compile("((?<sender>source,target|from,to)|target,source|to,from),weight");

    /**
     * Reads to the end.
     *
     * @throws IOException if reading fails
     * @throws IllegalArgumentException if these are no such matrices, with the line and what was expected there
     */
    List<MixingMatrix> read(Reader csv) throws IOException {
        CsvLines following = new CsvLines(source, workers, csv);
        Optional<Line> line = following.next();
        if (line.isPresent() && line.get().cells().stream().allMatch(CsvGraph::isWord)) {
            Matcher list = LIST.matcher(String.join(",", line.get().cells()).toLowerCase(Locale.ROOT));
            if (list.matches()) {
                return List.of(ofList(following, list.group("sender") != null));
            }
            line = following.next();
        }
        List<MixingMatrix> phases = new ArrayList<>();
        List<double[]> rows = new ArrayList<>();
        for (; line.isPresent(); line = following.next()) {
            rows.add(row(line.get()));
            if (rows.size() == workers) {
                phases.add(matrix(source, phases.size(), rows));
                rows.clear();
            }
        }
        if (!rows.isEmpty() || phases.isEmpty()) {
            int lines = phases.size() * workers + rows.size();
            throw new IllegalArgumentException(source + ": expected " + workers + " lines of " + workers
                    + " weights, or a multiple of them for several steps, got " + lines
                    + (lines == 1 ? " line" : " lines"));
        }
        return phases;
    }

    /** Weights of edges; what a worker's others lack of 1 is its own, unless that is listed. */
    private MixingMatrix ofList(CsvLines lines, boolean senderFirst) throws IOException {
        Map<Integer, double[]> rows = new HashMap<>();
        for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            List<String> cells = line.get().cells();
            if (cells.size() != 3) {
                throw refusal(line.get(), "two workers and a weight", line.get().shown());
            }
            int receiver = worker(line.get(), cells.get(senderFirst ? 1 : 0));
            int sender = worker(line.get(), cells.get(senderFirst ? 0 : 1));
            double[] row = rows.computeIfAbsent(receiver, missing -> filled(Double.NaN));
            if (!Double.isNaN(row[sender])) {
                throw refusal(line.get(), "each edge once", line.get().shown() + " again");
            }
            row[sender] = number(line.get(), cells.get(2));
        }
        return matrix(source, 0, IntStream.range(0, workers)
                .mapToObj(i -> completed(i, rows.getOrDefault(i, filled(Double.NaN)))).toList());
    }

    private double[] filled(double value) {
        double[] row = new double[workers];
        Arrays.fill(row, value);
        return row;
    }

    private double[] completed(int worker, double[] listed) {
        double[] row = Arrays.stream(listed).map(weight -> Double.isNaN(weight) ? 0 : weight).toArray();
        if (Double.isNaN(listed[worker])) {
            double received = Arrays.stream(row).sum();
            if (received > 1 + ROUNDING) {
                throw new IllegalArgumentException(source + ": expected weights of what worker " + worker
                        + " receives of at most 1 in all, or its own weight beside them, got " + received);
            }
            row[worker] = 1 - received;
        }
        return row;
    }

    private int worker(Line line, String cell) {
        if (!WORKER.matcher(cell).matches() || Integer.parseInt(cell) >= workers) {
            throw refusal(line, "workers of 0 to " + (workers - 1), Shown.value(cell));
        }
        return Integer.parseInt(cell);
    }

    private double[] row(Line line) {
        List<String> cells = line.cells();
        if (cells.size() != workers) {
            throw refusal(line, workers + " weights", line.shown());
        }
        double[] row = new double[workers];
        for (int j = 0; j < workers; j++) {
            row[j] = number(line, cells.get(j));
        }
        return row;
    }

    private double number(Line line, String cell) {
        try {
            return Numbers.decimal(cell);
        } catch (NumberFormatException e) {
            throw refusal(line, "weights that are numbers", Shown.value(cell));
        }
    }

    /** The matrix of a step, checked; what is wrong is said with where it comes from. */
    static MixingMatrix matrix(String source, int step, List<double[]> rows) {
        try {
            return MixingMatrix.ofRows(rows.size(), rows::get);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    source + (step == 0 ? "" : ", matrix " + (step + 1)) + ": " + e.getMessage(), e);
        }
    }

    private IllegalArgumentException refusal(Line line, String expected, String got) {
        return new IllegalArgumentException(source + " line " + line.number() + ": expected " + expected + ", got "
                + got);
    }

    /** What {@link #read} reads back, to the last bit. */
    static String text(List<MixingMatrix> phases) {
        int workers = phases.get(0).workers();
        StringBuilder text = new StringBuilder(CsvGraph.WORKERS).append(workers).append('\n');
        for (MixingMatrix w : phases) {
            for (int i = 0; i < workers; i++) {
                for (int j = 0; j < workers; j++) {
                    double weight = w.get(i, j);
                    text.append(j == 0 ? "" : ",").append(weight == 0 ? "0" : Double.toString(weight));
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
