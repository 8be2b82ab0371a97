package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.Gpu.Grid;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** How blocks of a GPU's threads share the columns of matrices: a piece for each, whose rows fit its shared memory. */
final class Pieces {

    /** Columns that are read as whole pieces of memory, of 64 bytes. */
    private static final int LEAST_COLUMNS = 16;

    /** Columns of a block at most, where there are {@link #ROWS} or more. */
    private static final int MOST_COLUMNS = 128;

    /** With fewer rows a block takes more columns instead. */
    private static final int ROWS = 32;

    /** Blocks that are to be at work on a multiprocessor at a time: some read while others mix and write. */
    private static final int LEAST_BLOCKS = 3;

    private final Gpu gpu;
    private final int rows;
    private final int columns;
    private final int count;
    private final long address;

    /**
     * @param kernels what has to find room
     * @throws CudaException if there is none for so many rows
     */
    Pieces(Gpu gpu, ParameterLayout layout, List<UpdateKernel> kernels) {
        this.gpu = gpu;
        rows = layout.rows();
        columns = columns(kernels.stream().max(Comparator.comparing(UpdateKernel::sharedBytes)).orElseThrow());
        long[] table = layout.pieces(columns);
        count = table.length / ParameterLayout.PIECE;
        address = uploaded(gpu, new LongPointer(table), (long) Long.BYTES * table.length);
    }

    /** A power of two. */
    private int columns(UpdateKernel largest) {
        long bytes = (long) rows * largest.sharedBytes();
        int values = (int) (bytes / Float.BYTES);
        int wanted = MOST_COLUMNS * Math.max(1, ROWS / Integer.highestOneBit(values));
        int columns = Math.min(wanted, ParameterLayout.PACK * gpu.threads());
        while (columns > LEAST_COLUMNS && columns * bytes > gpu.sharedBytes() / LEAST_BLOCKS) {
            columns /= 2;
        }
        while (columns >= ParameterLayout.PACK && columns * bytes > gpu.sharedBytes()) {
            columns /= 2;
        }
        if (columns < ParameterLayout.PACK) {
            int bytesOfWorker = ParameterLayout.PACK * largest.sharedBytes();
            throw new CudaException(
                    "this GPU mixes at most " + gpu.sharedBytes() / bytesOfWorker + " workers, got " + rows);
        }
        return columns;
    }

    /** Copies a table into memory of its own, and closes it. */
    static long uploaded(Gpu gpu, Pointer values, long bytes) {
        try (values) {
            long address = gpu.allocate(bytes, "tables");
            gpu.upload(address, values, bytes);
            gpu.await();
            return address;
        }
    }

    /** Columns of a block: a power of two. */
    int columns() {
        return columns;
    }

    /** Their number. */
    int count() {
        return count;
    }

    /** Address of the table, see {@code pieces.cu}. */
    long address() {
        return address;
    }

    /** Some blocks of so many threads each. */
    Grid grid(int blocks, int threads, int sharedBytes) {
        return new Grid(blocks, columns / ParameterLayout.PACK, lanes(threads), sharedBytes);
    }

    /** A block for each piece, for a kernel of an update. */
    Grid grid(UpdateKernel kernel) {
        int shared = columns * rows * kernel.sharedBytes();
        boolean few = shared > gpu.sharedBytes() / (LEAST_BLOCKS + 1);
        return grid(count, few ? 2 * gpu.threads() : gpu.threads(), shared);
    }

    /** Lanes of a block of so many threads, of which some side by side take the columns. */
    int lanes(int threads) {
        return threads / (columns / ParameterLayout.PACK);
    }
}
