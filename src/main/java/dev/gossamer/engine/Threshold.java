package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import java.util.Arrays;

/**
 * The rank of the last value that is kept of each vector: exact, found from its highest bits to its lowest by counting
 * ranks in rounds over all columns. A last round counts where equal ones lie if not all of them are kept.
 */
final class Threshold extends BlockMeasurement {

    /** Ranks are told apart by so many bins in each round. */
    static final int BINS = 1 << 11;

    /** The lowest bit of a rank that rounds tell apart. */
    private static final int[] SHIFTS = {21, 10, 0};

    private final Compression.TopK selection;
    private final int[][] histograms;
    private final int[] thresholds;
    private final int[] missing;
    private final boolean[] isFound;
    private final boolean[] isTied;
    private final int[][] equals;
    private int round;

    Threshold(Compression.TopK selection, int rows, VectorPieces pieces) {
        super(selection, rows, pieces);
        this.selection = selection;
        int vectors = rows * pieces.vectors();
        histograms = new int[vectors][BINS];
        thresholds = new int[vectors];
        missing = new int[vectors];
        isFound = new boolean[vectors];
        isTied = new boolean[vectors];
        equals = new int[rows][pieces.count()];
    }

    @Override
    void begin(Clock clock) {
        super.begin(clock);
        round = 0;
        Arrays.fill(thresholds, 0);
        Arrays.fill(isFound, false);
        Arrays.fill(isTied, false);
        for (int v = 0; v < missing.length; v++) {
            missing[v] = selection.kept(pieces().length(v % pieces().vectors()));
            Arrays.fill(histograms[v], 0);
        }
    }

    @Override
    void measure(int row, int piece, float[] values, int from, int to) {
        int vector = vector(row, piece);
        if (isFound[vector]) {
            return;
        }
        if (round == SHIFTS.length) {
            equals[row][piece] = equal(values, from, to, thresholds[vector]);
            return;
        }
        int[] histogram = histograms[vector];
        synchronized (histogram) {
            count(values, from, to, thresholds[vector], histogram);
        }
    }

    /** Counts ranks that begin as the threshold does, by the bits that follow. */
    private void count(float[] values, int from, int to, int threshold, int[] histogram) {
        int shift = SHIFTS[round];
        int known = round == 0 ? 0 : -1 << SHIFTS[round - 1];
        for (int k = from; k < to; k++) {
            int rank = selection.rank(values[k], 0);
            if ((rank & known) == threshold) {
                histogram[(rank & ~known) >>> shift]++;
            }
        }
    }

    private int equal(float[] values, int from, int to, int threshold) {
        int count = 0;
        for (int k = from; k < to; k++) {
            count += selection.rank(values[k], 0) == threshold ? 1 : 0;
        }
        return count;
    }

    @Override
    boolean endRound() {
        boolean isAgain = false;
        for (int v = 0; v < thresholds.length; v++) {
            if (!isFound[v]) {
                if (round < SHIFTS.length) {
                    descend(v);
                } else {
                    isFound[v] = true;
                }
                isAgain |= !isFound[v];
            }
        }
        round++;
        return isAgain;
    }

    /** Finds the bin of the last value that is kept; if that is 0, it does not matter which of several are. */
    private void descend(int vector) {
        int[] histogram = histograms[vector];
        int bin = BINS - 1;
        while (histogram[bin] < missing[vector]) {
            missing[vector] -= histogram[bin--];
        }
        thresholds[vector] |= bin << SHIFTS[round];
        boolean isLast = round == SHIFTS.length - 1;
        boolean isZero = isLast && thresholds[vector] == 0;
        isFound[vector] = histogram[bin] == missing[vector] || isZero;
        isTied[vector] = isLast && !isFound[vector];
        Arrays.fill(histogram, 0);
    }

    @Override
    void compress(int row, int piece, float[] values, float[] out, int from, int to) {
        int vector = vector(row, piece);
        if (isTied[vector]) {
            keepSomeEqual(row, piece, values, out, from, to);
            return;
        }
        int threshold = thresholds[vector] + Integer.MIN_VALUE;
        for (int k = from; k < to; k++) {
            int rank = selection.rank(values[k], 0) + Integer.MIN_VALUE;
            out[k] = rank >= threshold ? values[k] : 0;
        }
    }

    /** Of equal ones, those that come first. */
    private void keepSomeEqual(int row, int piece, float[] values, float[] out, int from, int to) {
        int vector = vector(row, piece);
        int left = missing[vector];
        for (int p = piece - 1; left > 0 && p >= 0 && pieces().vector(p) == pieces().vector(piece); p--) {
            left -= equals[row][p];
        }
        for (int k = from; k < to; k++) {
            int rank = selection.rank(values[k], 0);
            int order = Integer.compareUnsigned(rank, thresholds[vector]);
            boolean isKept = order > 0 || order == 0 && left-- > 0;
            out[k] = isKept ? values[k] : 0;
        }
    }
}
