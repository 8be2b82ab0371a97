package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The map X -&gt; W X W^T of dense matrices for a sparse mixing matrix W, on all processors. A row of the result is
 * made at once, W (W X)_i, of which only the rows of X that worker i receives are read from memory. Costs 4 n
 * operations per weight; where rows of W are nearly equal to those before them, as within a clique, 4 n per difference
 * between them. Same operands, same bits, whatever the number of processors.
 */
final class Conjugation {

    /** Rows made one after another, of which each but the first can be the one before with few changes. */
    private static final int ROWS_AT_ONCE = 32;

    private final MixingMatrix matrix;
    private final Rows rows;

    /** Takes a row of a result. */
    interface RowTaker {

        /**
         * @param i its number
         * @param row the row [n], which becomes another one after this call
         */
        void take(int i, double[] row);
    }

    Conjugation(MixingMatrix matrix) {
        this.matrix = matrix;
        this.rows = Rows.of(matrix);
    }

    /** Number of workers n. */
    int workers() {
        return matrix.workers();
    }

    /**
     * Makes the rows of W X W^T, in no order and several at once.
     *
     * @param x the matrix X [n, n], row by row, which stays as it is meanwhile
     */
    void apply(double[] x, RowTaker taker) {
        int n = workers();
        IntStream.range(0, (n + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE).parallel().forEach(chunk -> {
            double[] half = new double[n];
            double[] row = new double[n];
            int first = chunk * ROWS_AT_ONCE;
            for (int i = first; i < Math.min(n, first + ROWS_AT_ONCE); i++) {
                nextOfHalf(x, i, i == first, half);
                product(half, row);
                taker.take(i, row);
            }
        });
    }

    /** (W X)_i, from (W X)_(i-1) where there is one and differences are fewer. */
    private void nextOfHalf(double[] x, int i, boolean isFirst, double[] half) {
        if (rows.areDifferences && !isFirst) {
            for (int k = rows.starts[i]; k < rows.starts[i + 1]; k++) {
                add(rows.weights[k], x, rows.columns[k], half);
            }
        } else {
            Arrays.fill(half, 0);
            for (int k = matrix.rowStart(i); k < matrix.rowStart(i + 1); k++) {
                add(matrix.weight(k), x, matrix.column(k), half);
            }
        }
    }

    private static void add(double weight, double[] x, int from, double[] to) {
        int start = from * to.length;
        for (int j = 0; j < to.length; j++) {
            to[j] += weight * x[start + j];
        }
    }

    /** W y. */
    private void product(double[] y, double[] result) {
        int[] columns = rows.columns;
        double[] weights = rows.weights;
        double sum = 0;
        int k = 0;
        for (int i = 0; i < result.length; i++) {
            sum = rows.areDifferences ? sum : 0;
            for (int end = rows.starts[i + 1]; k < end; k++) {
                sum += weights[k] * y[columns[k]];
            }
            result[i] = sum;
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
