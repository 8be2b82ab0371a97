package dev.gossamer.engine;

import dev.gossamer.topology.MixingMatrix;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A mixing matrix as executors need it: compressed rows, in single precision. */
public final class Weights {

    private final int[] rowStarts;
    private final int[] senders;
    private final float[] weights;
    private final int[] repeated;

    /** That of a mixing matrix. */
    public Weights(MixingMatrix mixing) {
        int n = mixing.workers();
        rowStarts = new int[n + 1];
        Arrays.setAll(rowStarts, mixing::rowStart);
        senders = new int[rowStarts[n]];
        Arrays.setAll(senders, mixing::column);
        weights = new float[rowStarts[n]];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = (float) mixing.weight(k);
        }
        repeated = new int[n];
        for (int i = 1; i < n; i++) {
            repeated[i] = repeats(i) ? 1 : 0;
        }
    }

    private boolean repeats(int i) {
        int before = rowStarts[i - 1];
        int from = rowStarts[i];
        int to = rowStarts[i + 1];
        return Arrays.equals(senders, before, from, senders, from, to)
                && Arrays.equals(weights, before, from, weights, from, to);
    }

    /** Bytes that one takes: of a number for each row twice, and for each entry twice. */
    public static long bytes(MixingMatrix mixing) {
        return Integer.BYTES * (1 + 2L * (mixing.workers() + mixing.rowStart(mixing.workers())));
    }

    /** Whether row i of W equals row i - 1, so that their mixtures are equal too. */
    boolean sameAsPrevious(int i) {
        return repeated[i] != 0;
    }

    /** Number of entries. */
    int entries() {
        return senders.length;
    }

    /** The first entry of a row; of n, the number of entries. */
    int start(int row) {
        return rowStarts[row];
    }

    /** The row that an entry has received. */
    int sender(int entry) {
        return senders[entry];
    }

    /** Rows in an order in which those that one receives from come soon after it: breadth first, from row 0 on. */
    int[] breadthFirst() {
        int n = repeated.length;
        int[] order = new int[n];
        boolean[] found = new boolean[n];
        int count = 0;
        for (int first = 0; first < n; first++) {
            int at = count;
            if (!found[first]) {
                found[first] = true;
                order[count++] = first;
            }
            for (; at < count; at++) {
                for (int k = rowStarts[order[at]]; k < rowStarts[order[at] + 1]; k++) {
                    if (!found[senders[k]]) {
                        found[senders[k]] = true;
                        order[count++] = senders[k];
                    }
                }
            }
        }
        return order;
    }

    /**
     * mixed = sum_j W[i][j] rows[j], two rows at a time: half the passes over {@code mixed}.
     *
     * @param schedule says where each row is
     */
    void combine(int i, float[][] rows, RowSchedule schedule, float[] mixed, int from, int to) {
        int k = rowStarts[i];
        int end = rowStarts[i + 1];
        if (k == end) {
            Arrays.fill(mixed, from, to, 0);
            return;
        }
        float[] first = rows[schedule.place(senders[k])];
        if ((end - k) % 2 == 1) {
            Combination.set(weights[k], first, mixed, from, to);
            k++;
        } else {
            Combination.set(weights[k], first, weights[k + 1], rows[schedule.place(senders[k + 1])], mixed, from, to);
            k += 2;
        }
        for (; k < end; k += 2) {
            Combination.add(weights[k], rows[schedule.place(senders[k])],
                    weights[k + 1], rows[schedule.place(senders[k + 1])], mixed, from, to);
        }
    }

    /**
     * Writes all of it, {@link #bytes}: the first entry of each row and their number [n + 1], whether rows repeat the
     * one before, 1 or 0 [n], and of each entry the sending worker, and the weight, in single precision.
     */
    public void write(ByteBuffer to) {
        to.asIntBuffer().put(rowStarts).put(repeated).put(senders);
        to.slice(Integer.BYTES * (rowStarts.length + repeated.length + senders.length), Float.BYTES * weights.length)
                .order(to.order()).asFloatBuffer().put(weights);
    }
}
