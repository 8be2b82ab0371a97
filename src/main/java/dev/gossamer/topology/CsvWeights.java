package dev.gossamer.topology;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import dev.gossamer.topology.CsvLines.Line;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads mixing matrices from comma-separated values: n lines of n weights for each step of a period, line i of them
 * being what worker i receives. Rows or columns sum to 1. Blank lines and lines that start with {@code #} are skipped,
 * and so is a first line of n words.
 *
 * @param source where the text comes from, for messages
 * @param workers number of workers n that the matrices must have
 */
record CsvWeights(String source, int workers) {


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
            line = following.next();
        }
        List<MixingMatrix> phases = new ArrayList<>();
        List<double[]> rows = new ArrayList<>();
        for (; line.isPresent(); line = following.next()) {
            rows.add(row(line.get()));
            if (rows.size() == workers) {
                phases.add(matrix(rows, phases.size()));
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

    private double[] row(Line line) {
        List<String> cells = line.cells();
        if (cells.size() != workers) {
            throw refusal(line, workers + " weights", line.shown());
        }
        double[] row = new double[workers];
        for (int j = 0; j < workers; j++) {
            try {
                row[j] = Numbers.decimal(cells.get(j));
            } catch (NumberFormatException e) {
                throw refusal(line, "weights that are numbers", Shown.value(cells.get(j)));
            }
        }
        return row;
    }

    private MixingMatrix matrix(List<double[]> rows, int step) {
        try {
            return MixingMatrix.ofRows(workers, rows::get);
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
