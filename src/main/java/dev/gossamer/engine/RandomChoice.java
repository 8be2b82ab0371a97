package dev.gossamer.engine;

import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.RandomBits;
import java.util.Arrays;

/**
 * The columns that are kept of each vector where random bits alone say which: those with the largest bits. As bits are
 * uniform, the smallest that are kept are near the k / d quantile: only those within six standard deviations of it are
 * sorted, and more if that should not do.
 */
final class RandomChoice extends BlockMeasurement {

    private static final int STRIP = 2048;
    private static final double BITS = 0x1p32;

    private final Compression.RandomK selection;
    private final long[][] kept;
    private final Buffer[] buffers;

    /** What a thread works with. */
    private static final class Buffer {

        private final int[] bits = new int[STRIP];
        private long[] near = new long[STRIP];
        private int count;

        void add(int bits, int column) {
            if (count == near.length) {
                near = Arrays.copyOf(near, 2 * count);
            }
            near[count++] = (long) (bits ^ Integer.MIN_VALUE) << Integer.SIZE | Integer.MAX_VALUE - column;
        }
    }

    /** @param threads number of threads that choose */
    RandomChoice(Compression.RandomK selection, int rows, VectorPieces pieces, int threads) {
        super(selection, rows, pieces);
        this.selection = selection;
        kept = new long[rows][pieces.column(pieces.count()) / Long.SIZE + 1];
        buffers = new Buffer[threads];
        Arrays.setAll(buffers, t -> new Buffer());
    }

    @Override
    void choose(int thread, int row) {
        int from = 0;
        for (int v = 0; v < pieces().vectors(); v++) {
            int to = from + pieces().length(v);
            choose(buffers[thread], kept[row], bits(row), from, to);
            from = to;
        }
    }

    private void choose(Buffer buffer, long[] row, RandomBits.Row bits, int from, int to) {
        double length = to - from;
        int wanted = selection.kept(to - from);
        double middle = BITS * (1 - wanted / length);
        double width = BITS * 6 * Math.sqrt(wanted * (1 - wanted / length) + 1) / length;
        int missing;
        do {
            long low = (long) Math.max(0, middle - width);
            long high = (long) Math.min(BITS, middle + width);
            missing = wanted - sweep(buffer, row, bits, from, to, low, high);
            width *= 4;
        } while (missing < 0 || missing > buffer.count);
        Arrays.sort(buffer.near, 0, buffer.count);
        for (int k = 1; k <= missing; k++) {
            keep(row, Integer.MAX_VALUE - (int) buffer.near[buffer.count - k]);
        }
    }

    /** Keeps columns whose bits are at least high, counts them, and collects those from low on. */
    private static int sweep(
            Buffer buffer, long[] row, RandomBits.Row bits, int from, int to, long low, long high) {
        clear(row, from, to);
        buffer.count = 0;
        int count = 0;
        int least = (int) low + Integer.MIN_VALUE;
        for (int start = from; start < to; start += STRIP) {
            int length = Math.min(STRIP, to - start);
            bits.fill(start, buffer.bits, length);
            for (int k = 0; k < length; k++) {
                int value = buffer.bits[k];
                if (value + Integer.MIN_VALUE >= least) {
                    if (Integer.toUnsignedLong(value) >= high) {
                        keep(row, start + k);
                        count++;
                    } else {
                        buffer.add(value, start + k);
                    }
                }
            }
        }
        return count;
    }

    private static void keep(long[] row, int column) {
        row[column / Long.SIZE] |= 1L << column;
    }

    private static void clear(long[] row, int from, int to) {
        for (int word = from / Long.SIZE; word <= (to - 1) / Long.SIZE; word++) {
            row[word] &= ~within(word, from, to);
        }
    }

    /** Bits of a word that are of columns in [from, to). */
    private static long within(int word, int from, int to) {
        int first = word * Long.SIZE;
        long mask = from <= first ? -1 : -1L << from;
        return to - first >= Long.SIZE ? mask : mask & ~(-1L << to);
    }

    @Override
    void compress(int row, int piece, float[] values, float[] out, int from, int to) {
        Arrays.fill(out, from, to, 0);
        float scale = (float) selection.scale();
        int first = pieces().column(piece);
        int last = first + to - from;
        int shift = from - first;
        for (int word = first / Long.SIZE; word <= (last - 1) / Long.SIZE; word++) {
            long left = kept[row][word] & within(word, first, last);
            for (; left != 0; left &= left - 1) {
                int k = word * Long.SIZE + Long.numberOfTrailingZeros(left) + shift;
                out[k] = scale * values[k];
            }
        }
    }

    @Override
    void measure(int row, int piece, float[] values, int from, int to) {
        throw new UnsupportedOperationException("values do not matter");
    }

    @Override
    boolean endRound() {
        return false;
    }
}
