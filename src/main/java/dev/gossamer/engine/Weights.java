package dev.gossamer.engine;

import dev.gossamer.topology.MixingMatrix;
import java.util.Arrays;

/** The rows of a mixing matrix in single precision, ready to be applied to blocks of columns. */
final class Weights {
    private final int[][] senders;
    private final float[][] weights;
    private final boolean[] sameAsPrevious;

    Weights(MixingMatrix mixing) {
        int n = mixing.workers();
        senders = new int[n][];
        weights = new float[n][];
        sameAsPrevious = new boolean[n];
        for (int i = 0; i < n; i++) {
            int start = mixing.rowStart(i);
            int entries = mixing.rowStart(i + 1) - start;
            senders[i] = new int[entries];
            weights[i] = new float[entries];
            for (int k = 0; k < entries; k++) {
                senders[i][k] = mixing.column(start + k);
                weights[i][k] = (float) mixing.weight(start + k);
            }
            sameAsPrevious[i] = i > 0
                    && Arrays.equals(senders[i], senders[i - 1])
                    && Arrays.equals(weights[i], weights[i - 1]);
        }
    }

    /** Whether row i of W equals row i - 1, so that their mixtures are equal too. */
    boolean sameAsPrevious(int i) {
        return sameAsPrevious[i];
    }

    /** mixed = sum_j W[i][j] rows[j], two rows at a time: half the passes over {@code mixed}. */
    void combine(int i, float[][] rows, float[] mixed, int length) {
        int[] from = senders[i];
        float[] w = weights[i];
        int k = from.length % 2;
        if (k == 1) {
            Combination.set(w[0], rows[from[0]], mixed, length);
        } else {
            k = 2;
            Combination.set(w[0], rows[from[0]], w[1], rows[from[1]], mixed, length);
        }
        for (; k < from.length; k += 2) {
            Combination.add(w[k], rows[from[k]], w[k + 1], rows[from[k + 1]], mixed, length);
        }
    }
}
