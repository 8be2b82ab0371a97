package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Collects the weights between workers; what is left of each row goes on its diagonal. */
final class MixingMatrixBuilder {

    /** A rest on the diagonal below this is rounding of a row that others fill. */
    private static final double ROUNDING = 1e-14;

    private final List<TreeMap<Integer, Double>> rows = new ArrayList<>();

    MixingMatrixBuilder(int workers) {
        for (int i = 0; i < workers; i++) {
            rows.add(new TreeMap<>());
        }
    }

    /** Worker i receives from another worker j with this weight, W[i][j]. */
    MixingMatrixBuilder receive(int i, int j, double weight) {
        if (i == j) {
            throw new IllegalArgumentException("the weight of worker " + i + " for itself is the rest of its row");
        }
        if (weight != 0) {
            rows.get(i).put(j, weight);
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

    /**
     * The mixing matrix [n, n].
     *
     * @throws IllegalArgumentException if a row is not finite
     */
    MixingMatrix build() {
        for (int i = 0; i < rows.size(); i++) {
            double rest = 1;
            for (double weight : rows.get(i).values()) {
                rest -= weight;
            }
            if (!(Math.abs(rest) <= ROUNDING)) {
                rows.get(i).put(i, rest);
            }
        }
        return MixingMatrix.ofSparseRows(rows);
    }
}
