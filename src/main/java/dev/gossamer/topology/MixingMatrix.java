package dev.gossamer.topology;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A sparse mixing matrix W [n, n] in compressed rows: {@code W[i][j]} is the weight with which worker i receives from
 * worker j. Each row sums to 1, or each column does: what a worker gives away is then all it has. Immutable. The
 * entries of row i are those with index {@code rowStart(i) <= k < rowStart(i + 1)}, in ascending order of column; every
 * stored weight differs from zero.
 */
public final class MixingMatrix {

    private static final double SUM_TOLERANCE = 1e-9;

    private final int[] rowStarts;
    private final int[] columns;
    private final double[] weights;

    private MixingMatrix(int[] rowStarts, int[] columns, double[] weights) {
        this.rowStarts = rowStarts;
        this.columns = columns;
        this.weights = weights;
    }

    /**
     * Keeps the non-zero entries of a dense matrix.
     *
     * @param dense the matrix W [n, n], n at least 1
     * @throws IllegalArgumentException if the matrix is empty, not square, not finite, or a row and a column do not sum
     *     to 1 within 1e-9
     */
    public static MixingMatrix of(double[][] dense) {
        return ofRows(dense.length, i -> dense[i]);
    }

    /**
     * Keeps the non-zero entries of rows of any sums: a linear map between the workers' values that is no mean.
     *
     * @param workers number of workers n, at least 1
     * @param row gives row i, of n numbers, for i = 0, ..., n - 1
     * @throws IllegalArgumentException if there is no worker, or a row is not of n numbers
     */
    public static MixingMatrix ofAnyRows(int workers, IntFunction<double[]> row) {
        return gathered(workers, row);
    }

    /**
     * Keeps the non-zero entries of rows made one after another, so that the dense matrix need never exist.
     *
     * @param workers number of workers n, at least 1
     * @param row gives row i, of n weights, for i = 0, ..., n - 1
     * @throws IllegalArgumentException if there is no worker, a row is not of n weights, or a row and a column do not
     *     sum to 1 within 1e-9
     */
    public static MixingMatrix ofRows(int workers, IntFunction<double[]> row) {
        return gathered(workers, row).checked();
    }

    private static MixingMatrix gathered(int workers, IntFunction<double[]> row) {
        if (workers < 1) {
            throw new IllegalArgumentException("a mixing matrix needs at least one worker");
        }
        int[] rowStarts = new int[workers + 1];
        int[] columns = new int[workers];
        double[] weights = new double[workers];
        int size = 0;
        for (int i = 0; i < workers; i++) {
            double[] entries = row.apply(i);
            checkLength(i, entries, workers);
            for (int j = 0; j < workers; j++) {
                if (entries[j] != 0) {
                    if (size == columns.length) {
                        columns = Arrays.copyOf(columns, 2 * size);
                        weights = Arrays.copyOf(weights, 2 * size);
                    }
                    columns[size] = j;
                    weights[size++] = entries[j];
                }
            }
            rowStarts[i + 1] = size;
        }
        return new MixingMatrix(rowStarts, Arrays.copyOf(columns, size), Arrays.copyOf(weights, size));
    }

    /**
     * Takes entries that are in compressed rows already, see {@link #rowStart}, none of them 0; nothing is copied.
     *
     * @throws IllegalArgumentException if a row and a column do not sum to 1 within 1e-9
     */
    static MixingMatrix ofEntries(int[] rowStarts, int[] columns, double[] weights) {
        return new MixingMatrix(rowStarts, columns, weights).checked();
    }

    private static void checkLength(int i, double[] entries, int workers) {
        if (entries.length != workers) {
            throw new IllegalArgumentException("a mixing matrix is square, but row " + i + " has " + entries.length
                    + " entries for " + workers + " workers");
        }
    }

    /** This one, if rows or columns sum to 1. */
    private MixingMatrix checked() {
        if (!isRowStochastic(SUM_TOLERANCE) && !isColumnStochastic(SUM_TOLERANCE)) {
            double[] sums = rowSums();
            int row = IntStream.range(0, sums.length).filter(i -> !isOne(sums[i], SUM_TOLERANCE)).findFirst()
                    .orElseThrow();
            throw new IllegalArgumentException("each row of a mixing matrix sums to 1, or each column does, but row "
                    + row + " of this one sums to " + sums[row]);
        }
        return this;
    }

    /**
     * No communication: the identity I [n, n].
     *
     * @throws IllegalArgumentException if there is no worker
     */
    public static MixingMatrix identity(int workers) {
        return ofRows(workers, i -> {
            double[] row = new double[workers];
            row[i] = 1;
            return row;
        });
    }

    /**
     * Exact averaging: J / n [n, n], every weight 1 / n.
     *
     * @throws IllegalArgumentException if there is no worker
     */
    public static MixingMatrix uniform(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a mixing matrix needs at least one worker");
        }
        int[] rowStarts = new int[workers + 1];
        int[] columns = new int[Math.multiplyExact(workers, workers)];
        double[] weights = new double[columns.length];
        Arrays.fill(weights, 1.0 / workers);
        for (int i = 0; i < workers; i++) {
            rowStarts[i + 1] = rowStarts[i] + workers;
            for (int j = 0; j < workers; j++) {
                columns[rowStarts[i] + j] = j;
            }
        }
        return ofEntries(rowStarts, columns, weights);
    }

    /** The lazy matrix (W + I) / 2 [n, n]: its eigenvalues are (1 + lambda) / 2, those from -1 to 1 not negative. */
    public MixingMatrix lazy() {
        int n = workers();
        int[] starts = new int[n + 1];
        int[] lazyColumns = new int[columns.length + n];
        double[] lazyWeights = new double[columns.length + n];
        int size = 0;
        for (int i = 0; i < n; i++) {
            double own = get(i, i) / 2 + 0.5;
            boolean isOwnDue = own != 0;
            for (int k = rowStarts[i]; k < rowStarts[i + 1]; k++) {
                if (isOwnDue && columns[k] >= i) {
                    lazyColumns[size] = i;
                    lazyWeights[size++] = own;
                    isOwnDue = false;
                }
                if (columns[k] != i) {
                    lazyColumns[size] = columns[k];
                    lazyWeights[size++] = weights[k] / 2;
                }
            }
            if (isOwnDue) {
                lazyColumns[size] = i;
                lazyWeights[size++] = own;
            }
            starts[i + 1] = size;
        }
        return ofEntries(starts, Arrays.copyOf(lazyColumns, size), Arrays.copyOf(lazyWeights, size));
    }

    /** Number of workers n. */
    public int workers() {
        return rowStarts.length - 1;
    }

    /** Index of the first entry of row i; {@code rowStart(n)} is the number of entries. */
    public int rowStart(int i) {
        return rowStarts[i];
    }

    /** Column (sending worker) of entry k. */
    public int column(int k) {
        return columns[k];
    }

    /** Weight of entry k. */
    public double weight(int k) {
        return weights[k];
    }

    /** The weight W[i][j], 0 where nothing is stored. */
    public double get(int i, int j) {
        int k = Arrays.binarySearch(columns, rowStarts[i], rowStarts[i + 1], j);
        return k < 0 ? 0 : weights[k];
    }

    /** Number of other workers that worker i receives from. */
    public int degree(int i) {
        int entries = rowStarts[i + 1] - rowStarts[i];
        return get(i, i) == 0 ? entries : entries - 1;
    }

    /** The largest {@link #degree} of any worker. */
    public int maxDegree() {
        int max = 0;
        for (int i = 0; i < workers(); i++) {
            max = Math.max(max, degree(i));
        }
        return max;
    }

    /** Bytes of its entries in memory. */
    public long bytes() {
        return (long) Integer.BYTES * (rowStarts.length + columns.length) + (long) Double.BYTES * weights.length;
    }

    /** Whether {@code W[i][j]} equals {@code W[j][i]} within a tolerance. Costs the number of weights. */
    public boolean isSymmetric(double tolerance) {
        int[] next = Arrays.copyOf(rowStarts, workers());
        for (int i = 0; i < workers(); i++) {
            for (int k = rowStarts[i]; k < rowStarts[i + 1]; k++) {
                int j = columns[k];
                while (next[j] < rowStarts[j + 1] && columns[next[j]] < i) {
                    next[j]++;
                }
                boolean isStored = next[j] < rowStarts[j + 1] && columns[next[j]] == i;
                if (Math.abs(weights[k] - (isStored ? weights[next[j]] : 0)) > tolerance) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Number of messages of a gossip step: weights off the diagonal, each a parameter vector that one worker sends
     * another.
     */
    public long messages() {
        long messages = 0;
        for (int i = 0; i < workers(); i++) {
            messages += degree(i);
        }
        return messages;
    }

    /** Whether every row sums to 1 within a tolerance: workers that agree stay where they are. */
    public boolean isRowStochastic(double tolerance) {
        return Arrays.stream(rowSums()).allMatch(sum -> isOne(sum, tolerance));
    }

    /** Whether every column sums to 1 within a tolerance: mixing then keeps the mean of the workers. */
    public boolean isColumnStochastic(double tolerance) {
        return Arrays.stream(columnSums()).allMatch(sum -> isOne(sum, tolerance));
    }

    /** Whether every row and every column sums to 1 within a tolerance. Weights may be negative. */
    public boolean isDoublyStochastic(double tolerance) {
        return isRowStochastic(tolerance) && isColumnStochastic(tolerance);
    }

    /** The sum of each column [n]. */
    double[] columnSums() {
        double[] sums = new double[workers()];
        for (int k = 0; k < weights.length; k++) {
            sums[columns[k]] += weights[k];
        }
        return sums;
    }

    /** The sum of each row [n]. */
    double[] rowSums() {
        double[] ones = new double[workers()];
        Arrays.fill(ones, 1);
        return times(ones);
    }

    /** The product with a number of each worker: {@code W values} [n]. */
    public double[] times(double[] values) {
        double[] product = new double[workers()];
        for (int i = 0; i < product.length; i++) {
            double sum = 0;
            for (int k = rowStarts[i]; k < rowStarts[i + 1]; k++) {
                sum += weights[k] * values[columns[k]];
            }
            product[i] = sum;
        }
        return product;
    }

    private static boolean isOne(double sum, double tolerance) {
        return Math.abs(sum - 1) <= tolerance;
    }

    /** Whether no weight is negative. */
    public boolean isNonnegative() {
        return Arrays.stream(weights).allMatch(weight -> weight > 0);
    }

    /** This matrix as a dense array [n, n]. */
    public double[][] toDense() {
        int n = workers();
        double[][] dense = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = rowStarts[i]; k < rowStarts[i + 1]; k++) {
                dense[i][columns[k]] = weights[k];
            }
        }
        return dense;
    }
}
