package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Compression.Selection;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.Gpu.Grid;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * The least rank of the values that are kept of vectors, and of those with equal ranks the last: found digit by digit,
 * from the highest one, by counting. Vectors whose values are told apart already are passed over.
 */
final class VectorSearch implements Measurement {

    /** Columns of a piece, over which a block goes. */
    private static final int COLUMNS = 1 << 14;

    /** Bytes of what is known of a vector. */
    private static final int BYTES = 16;

    /** Lowest bit and number of bits of each digit: first of ranks, then of columns. */
    private static final int[][] DIGITS = {{53, 11}, {42, 11}, {32, 10}, {21, 11}, {10, 11}, {0, 10}};

    private final Gpu gpu;
    private final Selection selection;
    private final int rows;
    private final int vectors;
    private final int blocks;
    private final long pieces;
    private final long kept;
    private final long values;
    private final long counts;
    private final long searches;

    /**
     * @param values address of a matrix that the values get to, or 0 where they do not matter
     * @param counts address of memory for counts, zeros
     */
    VectorSearch(Gpu gpu, ParameterLayout layout, Selection selection, long values, long counts) {
        this.gpu = gpu;
        this.selection = selection;
        this.values = values;
        this.counts = counts;
        rows = layout.rows();
        long[] table = layout.pieces(COLUMNS);
        blocks = table.length / ParameterLayout.PIECE * rows;
        pieces = Pieces.uploaded(gpu, new LongPointer(table), (long) Long.BYTES * table.length);
        int[] numbers = layout.vectors(selection).stream().mapToInt(selection::kept).toArray();
        vectors = numbers.length;
        kept = Pieces.uploaded(gpu, new IntPointer(numbers), (long) Integer.BYTES * vectors);
        searches = gpu.allocate((long) BYTES * rows * vectors, "ranks of what compressions keep");
    }

    @Override
    public long target() {
        return values;
    }

    @Override
    public long known() {
        return searches;
    }

    @Override
    public void launch(long keys) {
        int ofValues = values == 0 ? 0 : 1;
        for (int[] digit : DIGITS) {
            gpu.launch("count_orders", new Grid(blocks, gpu.threads(), 1, 0), values, keys, pieces, searches, counts,
                    rows, selection.isByTensor() ? 1 : 0, digit[0], digit[1]);
            gpu.launch("find_digits", new Grid(rows * vectors, gpu.threads(), 1, 0), searches, counts, kept, rows,
                    ofValues, digit[0], digit[1]);
        }
    }
}
