package dev.gossamer.topology;

/**
 * A sparse row-stochastic mixing matrix W [n, n] in compressed rows: {@code W[i][j]} is the weight with which worker i receives from
 * worker j. Immutable. The entries of row i are those with index {@code rowStart(i) <= k < rowStart(i + 1)}, in
 * ascending order of column; every stored weight differs from zero.
 */
public final class MixingMatrix {

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
     * @throws IllegalArgumentException if the matrix is empty, not square, not finite, or a row does not sum to 1 within 1e-9
     */
    public static MixingMatrix of(double[][] dense) {
        int n = dense.length;
        if (n == 0) {
            throw new IllegalArgumentException("a mixing matrix needs at least one worker");
        }
        int[] rowStarts = new int[n + 1];
        int[] columns = new int[n];
        double[] weights = new double[n];
        int size = 0;
        for (int i = 0; i < n; i++) {
            if (dense[i].length != n) {
                throw new IllegalArgumentException(
                        "a mixing matrix is square, but row " + i + " has " + dense[i].length + " entries for " + n + " workers");
            }
            double sum = 0;
            for (int j = 0; j < n; j++) {
                double weight = dense[i][j];
                sum += weight;
                if (weight != 0) {
                    if (size == columns.length) {
                        columns = java.util.Arrays.copyOf(columns, 2 * size);
                        weights = java.util.Arrays.copyOf(weights, 2 * size);
                    }
                    columns[size] = j;
                    weights[size++] = weight;
                }
            }
            if (!(Math.abs(sum - 1) <= 1e-9)) {
                throw new IllegalArgumentException("row " + i + " of a mixing matrix sums to 1, but this one sums to " + sum);
            }
            rowStarts[i + 1] = size;
        }
        return new MixingMatrix(rowStarts, java.util.Arrays.copyOf(columns, size), java.util.Arrays.copyOf(weights, size));
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
        int k = java.util.Arrays.binarySearch(columns, rowStarts[i], rowStarts[i + 1], j);
        return k < 0 ? 0 : weights[k];
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
