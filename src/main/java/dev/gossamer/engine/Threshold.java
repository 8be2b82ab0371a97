package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Compression.Selection;
import dev.gossamer.algorithm.RandomBits;
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

    private final Selection selection;
    private final int[][] histograms;
    private final int[] thresholds;
    private final int[] missing;
    private final boolean[] isFound;
    private final boolean[] isTied;
    private final int[][] equals;
    private int round;

    Threshold(Selection selection, int rows, VectorPieces pieces) {
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
        int first = pieces().column(piece) - from;
        if (round == SHIFTS.length) {
            equals[row][piece] = equal(bits(row), first, values, from, to, thresholds[vector]);
            return;
        }
        int[] histogram = histograms[vector];
        synchronized (histogram) {
            count(bits(row), first, values, from, to, thresholds[vector], histogram);
        }
    }

    /** Counts ranks that begin as the threshold does, by the bits that follow. */
    private void count(RandomBits.Row bits, int first, float[] values, int from, int to, int threshold,
            int[] histogram) {
        int shift = SHIFTS[round];
        int known = round == 0 ? 0 : -1 << SHIFTS[round - 1];
        for (int k = from; k < to; k++) {
            int rank = selection.rank(values[k], bits.at(first + k));
            if ((rank & known) == threshold) {
                histogram[(rank & ~known) >>> shift]++;
            }
        }
    }

    private int equal(RandomBits.Row bits, int first, float[] values, int from, int to, int threshold) {
        int count = 0;
        for (int k = from; k < to; k++) {
            count += selection.rank(values[k], bits.at(first + k)) == threshold ? 1 : 0;
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

    /** Finds the bin of the last value that is kept. */
    private void descend(int vector) {
        int[] histogram = histograms[vector];
        int bin = BINS - 1;
        while (histogram[bin] < missing[vector]) {
            missing[vector] -= histogram[bin--];
        }
        thresholds[vector] |= bin << SHIFTS[round];
        boolean isLast = round == SHIFTS.length - 1;
        isFound[vector] = histogram[bin] == missing[vector] || isLast && isZero(thresholds[vector]);
        isTied[vector] = isLast && !isFound[vector];
        Arrays.fill(histogram, 0);
    }

    /** Whether values of a rank are 0, of which it does not matter which are kept. */
    private boolean isZero(int rank) {
        return selection instanceof Compression.TopK && rank == 0;
    }

    @Override
    void compress(int row, int piece, float[] values, float[] out, int from, int to) {
        int vector = vector(row, piece);
        int first = pieces().column(piece) - from;
        if (isTied[vector]) {
            keepSomeEqual(row, piece, values, out, from, to);
            return;
        }
        RandomBits.Row bits = bits(row);
        int threshold = thresholds[vector] + Integer.MIN_VALUE;
        float scale = (float) selection.scale();
        for (int k = from; k < to; k++) {
            int rank = selection.rank(values[k], bits.at(first + k)) + Integer.MIN_VALUE;
            out[k] = rank >= threshold ? scale * values[k] : 0;
        }
    }

    /** Of equal ones, those that come first. */
    private void keepSomeEqual(int row, int piece, float[] values, float[] out, int from, int to) {
        int vector = vector(row, piece);
        int first = pieces().column(piece) - from;
        int left = missing[vector];
        for (int p = piece - 1; left > 0 && p >= 0 && pieces().vector(p) == pieces().vector(piece); p--) {
            left -= equals[row][p];
        }
        for (int k = from; k < to; k++) {
            int rank = selection.rank(values[k], bits(row).at(first + k));
            int order = Integer.compareUnsigned(rank, thresholds[vector]);
            boolean isKept = order > 0 || order == 0 && left-- > 0;
            out[k] = isKept ? (float) selection.scale() * values[k] : 0;
        }
    }
}
