package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The product (W X)^T of a sparse mixing matrix W with dense matrices, made twice for W C W^T, for tiles of columns at
 * once on all processors. Costs n times the number of weights; where rows are nearly equal to those before them, as
 * within a clique, n times the number of differences between them. Same operands, same bits, whatever the number of
 * processors.
 */
final class TransposedProduct {

    private static final int TILE = 64;
    private static final int LINE = 8;

    private final int workers;
    private final int stride;
    private final Rows rows;

    TransposedProduct(MixingMatrix matrix) {
        this.workers = matrix.workers();
        this.stride = ((workers + LINE - 1) / LINE | 1) * LINE;
        this.rows = Rows.of(matrix);
    }

    /** Number of workers n. */
    int workers() {
        return workers;
    }

    /**
     * How many numbers a row of a matrix takes, at least n: an odd number of cache lines, since the rows of a tile
     * would all be in the same few places of the cache where n is a power of two.
     */
    int stride() {
        return stride;
    }

    /**
     * Replaces R by factor (W X)^T + keep R.
     *
     * @param x the matrix X [n, stride], row by row; what is beyond column n does not matter
     * @param result the matrix R [n, stride], another array than X
     */
    void apply(double[] x, double factor, double[] result, double keep) {
        IntStream.range(0, tiles(workers)).parallel().forEach(tile -> {
            int from = tile * TILE;
            new Tile(from, Math.min(workers, from + TILE) - from).run(x, factor, result, keep);
        });
    }

    /** How many tiles n columns take. */
    private static int tiles(int columns) {
        return (columns + TILE - 1) / TILE;
    }

    /** Columns of X, which become rows of the result. */
    private final class Tile {

        private final int from;
        private final int width;
        private final double[] row;
        private final double[] turned;

        private Tile(int from, int width) {
            this.from = from;
            this.width = width;
            this.row = new double[width];
            this.turned = new double[width * TILE];
        }

        private void run(double[] x, double factor, double[] result, double keep) {
            for (int first = 0; first < workers; first += TILE) {
                int count = Math.min(workers, first + TILE) - first;
                for (int i = 0; i < count; i++) {
                    nextRow(x, first + i);
                    for (int c = 0; c < width; c++) {
                        turned[c * TILE + i] = row[c];
                    }
                }
                for (int c = 0; c < width; c++) {
                    write(factor, c * TILE, keep, result, (from + c) * stride + first, count);
                }
            }
        }

        private void nextRow(double[] x, int i) {
            if (!rows.areDifferences) {
                Arrays.fill(row, 0);
            }
            for (int k = rows.starts[i]; k < rows.starts[i + 1]; k++) {
                add(rows.weights[k], x, rows.columns[k] * stride + from);
            }
        }

        private void add(double weight, double[] x, int at) {
            for (int c = 0; c < width; c++) {
                row[c] += weight * x[at + c];
            }
        }

        private void write(double factor, int at, double keep, double[] result, int to, int count) {
            if (keep == 0) {
                for (int i = 0; i < count; i++) {
                    result[to + i] = factor * turned[at + i];
                }
            } else {
                for (int i = 0; i < count; i++) {
                    result[to + i] = factor * turned[at + i] + keep * result[to + i];
                }
            }
        }
    }

    /** Compressed rows, see {@link MixingMatrix}: those of a matrix, or each of them less the one before it. */
    private static final class Rows {

        private final boolean areDifferences;
        private final int[] starts;
        private final int[] columns;
        private final double[] weights;

        private Rows(int workers, int capacity, boolean areDifferences) {
            this.areDifferences = areDifferences;
            this.starts = new int[workers + 1];
            this.columns = new int[capacity];
            this.weights = new double[capacity];
        }

        /** Differences where they are less than half as many as weights. */
        private static Rows of(MixingMatrix matrix) {
            int entries = matrix.rowStart(matrix.workers());
            Rows differences = new Rows(matrix.workers(), entries / 2 + 1, true);
            return differences.fill(matrix) ? differences : new Rows(matrix.workers(), entries, false).copy(matrix);
        }

        private Rows copy(MixingMatrix matrix) {
            for (int i = 0; i < starts.length; i++) {
                starts[i] = matrix.rowStart(i);
            }
            for (int k = 0; k < weights.length; k++) {
                columns[k] = matrix.column(k);
                weights[k] = matrix.weight(k);
            }
            return this;
        }

        /** False where there are too many differences. */
        private boolean fill(MixingMatrix matrix) {
            double[] before = new double[matrix.workers()];
            for (int i = 0; i < matrix.workers(); i++) {
                double[] here = new double[matrix.workers()];
                for (int k = matrix.rowStart(i); k < matrix.rowStart(i + 1); k++) {
                    here[matrix.column(k)] = matrix.weight(k);
                }
                int size = append(starts[i], here, before);
                if (size == weights.length) {
                    return false;
                }
                starts[i + 1] = size;
                before = here;
            }
            return true;
        }

        /** Appends what differs, as far as there is room; returns how many there are then. */
        private int append(int from, double[] here, double[] before) {
            int size = from;
            for (int j = 0; j < here.length && size < weights.length; j++) {
                if (here[j] != before[j]) {
                    columns[size] = j;
                    weights[size++] = here[j] - before[j];
                }
            }
            return size;
        }
    }
}
