package dev.gossamer.topology;

import java.util.Arrays;
import java.util.List;

/** Collects the weights between workers; what is left of each row goes on its diagonal. */
final class MixingMatrixBuilder {

    /** A rest on the diagonal below this is rounding of a row that others fill. */
    private static final double ROUNDING = 1e-14;

    private static final int FIRST_CAPACITY = 4;

    private final int[][] columns;
    private final double[][] weights;
    private final int[] sizes;

    MixingMatrixBuilder(int workers) {
        columns = new int[workers][FIRST_CAPACITY];
        weights = new double[workers][FIRST_CAPACITY];
        sizes = new int[workers];
    }

    /** Worker i receives from another worker j with this weight, W[i][j]; of several for a pair, the last counts. */
    MixingMatrixBuilder receive(int i, int j, double weight) {
        if (i == j) {
            throw new IllegalArgumentException("the weight of worker " + i + " for itself is the rest of its row");
        }
        if (weight != 0) {
            add(i, j, weight);
        }
        return this;
    }

    /** Workers i and j receive from each other with this weight. */
    MixingMatrixBuilder exchange(int i, int j, double weight) {
        return receive(i, j, weight).receive(j, i, weight);
    }

    /** Every worker of a group receives from every other with weight 1 / size of the group. */
    MixingMatrixBuilder average(List<Integer> group) {
        for (int i : group) {
            for (int j : group) {
                if (i != j) {
                    receive(i, j, 1.0 / group.size());
                }
            }
        }
        return this;
    }

    private void add(int i, int j, double weight) {
        if (sizes[i] == columns[i].length) {
            columns[i] = Arrays.copyOf(columns[i], 2 * sizes[i]);
            weights[i] = Arrays.copyOf(weights[i], 2 * sizes[i]);
        }
        columns[i][sizes[i]] = j;
        weights[i][sizes[i]++] = weight;
    }

    /**
     * The mixing matrix [n, n].
     *
     * @throws IllegalArgumentException if a row is not finite
     */
    MixingMatrix build() {
        int n = sizes.length;
        int[] rowStarts = new int[n + 1];
        for (int i = 0; i < n; i++) {
            sort(i);
            addRest(i);
            rowStarts[i + 1] = rowStarts[i] + sizes[i];
        }
        int[] allColumns = new int[rowStarts[n]];
        double[] allWeights = new double[rowStarts[n]];
        for (int i = 0; i < n; i++) {
            System.arraycopy(columns[i], 0, allColumns, rowStarts[i], sizes[i]);
            System.arraycopy(weights[i], 0, allWeights, rowStarts[i], sizes[i]);
        }
        return MixingMatrix.ofEntries(rowStarts, allColumns, allWeights);
    }

    /** Brings a row in ascending order of columns, each once. */
    private void sort(int i) {
        long[] order = new long[sizes[i]];
        boolean isSorted = true;
        for (int k = 0; k < order.length; k++) {
            order[k] = (long) columns[i][k] << Integer.SIZE | k;
            isSorted &= k == 0 || columns[i][k - 1] < columns[i][k];
        }
        if (isSorted) {
            return;
        }
        Arrays.sort(order);
        double[] given = weights[i].clone();
        int size = 0;
        for (int k = 0; k < order.length; k++) {
            int column = (int) (order[k] >> Integer.SIZE);
            boolean isLast = k + 1 == order.length || (int) (order[k + 1] >> Integer.SIZE) != column;
            if (isLast) {
                columns[i][size] = column;
                weights[i][size++] = given[(int) order[k]];
            }
        }
        sizes[i] = size;
    }

    /** Puts the rest of a sorted row on the diagonal. */
    private void addRest(int i) {
        double rest = 1;
        int place = 0;
        for (int k = 0; k < sizes[i]; k++) {
            rest -= weights[i][k];
            place += columns[i][k] < i ? 1 : 0;
        }
        if (!(Math.abs(rest) <= ROUNDING)) {
            add(i, i, rest);
            System.arraycopy(columns[i], place, columns[i], place + 1, sizes[i] - 1 - place);
            System.arraycopy(weights[i], place, weights[i], place + 1, sizes[i] - 1 - place);
            columns[i][place] = i;
            weights[i][place] = rest;
        }
    }
}
