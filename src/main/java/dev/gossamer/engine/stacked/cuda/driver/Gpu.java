package dev.gossamer.engine.stacked.cuda.driver;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/**
 * What is asked of a GPU. Work is done in the order of the calls, which do not wait for it unless they say so.
 * Owns all that it hands out, until it is closed. Addresses are those of device memory; 0 stands for none. Used by one
 * thread at a time.
 */
public interface Gpu extends AutoCloseable {

    /** Threads that take each step together. */
    int WARP = 32;

    /** Blocks of {@link #blocks} for each multiprocessor. */
    int BLOCKS_PER_PROCESSOR = 32;

    /** Turns the calling thread to this GPU; the first call of whatever comes from outside. */
    void enter();

    /**
     * New memory, filled with zeros, aligned to 256 bytes.
     *
     * @param what what it is for, in words
     * @throws CudaException if there is not enough
     */
    long allocate(long bytes, String what);

    /** Gives memory back, to which nothing that is still to be done refers. */
    void free(long address);

    /** Memory of the host that is copied from and to at full speed, and without waiting. */
    Pointer staging(long bytes);

    /** Copies from the host, where the values must stay as they are until the GPU is waited for. */
    void upload(long to, Pointer from, long bytes);

    /** Copies to the host, and waits. */
    void download(Pointer to, long from, long bytes);

    /**
     * Launches a kernel.
     *
     * @param arguments an Integer, Long or Float for each parameter; addresses are Longs
     */
    void launch(String kernel, Grid grid, Object... arguments);

    /** Begins to make a kernel ready that is compiled by itself, and does not wait. */
    default void compile(SeparateKernel kernel) {
        // it is made ready when it is launched
    }

    /**
     * Launches such a kernel.
     *
     * @param arguments those before its sizes, where it has such
     */
    void launch(SeparateKernel kernel, Grid grid, Object... arguments);

    /** Compute capability times ten, for example 90. */
    int capability();

    /** Threads of a block, a power of two. */
    int threads();

    /** Multiprocessors. */
    int processors();

    /** Blocks that keep all of the GPU busy. */
    default int blocks() {
        return BLOCKS_PER_PROCESSOR * processors();
    }

    /** Most shared memory of a block, in bytes. */
    int sharedBytes();

    /** How products are computed. */
    Precision precision();

    /** Bytes that it has handed out. */
    long allocated();

    /** Bytes of the GPU's memory that are in use, by anything. */
    long inUse();

    /** Computes some matrix products of one shape. */
    void multiply(Product product);

    /** Ways to compute a convolution in groups that need no more than some bytes of workspace; may be none. */
    List<GroupedConvolution> convolutions(GroupedShape shape, long workspace);

    /** Waits until all is done. */
    void await();

    /**
     * Records some work, without doing it.
     *
     * @throws CudaException if a part of it cannot be recorded
     */
    Recording record(Runnable work);

    /** Work that can be repeated as one. */
    interface Recording extends Runnable, AutoCloseable {

        /** In how many parts it was recorded. */
        int nodes();

        /** Forgets it; otherwise it goes with its GPU. */
        @Override
        void close();
    }

    /** Measurements of which the median counts. */
    default int replays() {
        return 5;
    }

    /** Time that some work takes, in milliseconds; waits. */
    double milliseconds(Runnable work);

    @Override
    void close();

    /**
     * Launches a kernel whose threads go over a number of values, which is its last parameter.
     *
     * @throws CudaException if there are 2^31 values or more
     */
    default void forEach(String kernel, long count, Object... arguments) {
        forEach(1, kernel, count, arguments);
    }

    /**
     * Launches a kernel whose threads take some values at a time.
     *
     * @param width values that a thread takes at a time
     */
    default void forEach(int width, String kernel, long count, Object... arguments) {
        launch(kernel, grid(width, count), with(arguments, count));
    }

    /** The same for a kernel that is compiled for its sizes, before which the number of values comes. */
    default void forEach(int width, SeparateKernel kernel, long count, Object... arguments) {
        launch(kernel, grid(width, count), with(arguments, count));
    }

    private Grid grid(int width, long count) {
        checkCount(count);
        long perBlock = (long) width * threads();
        return new Grid((int) Math.min(quotientUp(count, perBlock), blocks()), threads(), 1, 0);
    }

    private static Object[] with(Object[] arguments, long count) {
        Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = (int) count;
        return all;
    }

    /**
     * Launches a kernel whose threads go over rows of values, some at a time; numbers of rows and of values of a row
     * are its last parameters.
     *
     * @param width values that a thread takes at a time
     *
     * @throws CudaException if there are 2^31 values or more
     */
    default void forEachRow(int width, String kernel, int rows, int size, Object... arguments) {
        checkCount((long) rows * size);
        Object[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = rows;
        all[arguments.length + 1] = size;
        int columns = Math.min(threads(), Integer.highestOneBit(2 * quotientUp(size, width) - 1));
        int lanes = threads() / columns;
        launch(kernel, new Grid(Math.min(quotientUp(rows, lanes), blocks()), columns, lanes, 0), all);
    }

    /**
     * Checks that the kernels' indices suffice for some values.
     *
     * @throws CudaException if there are 2^31 values or more
     * @throws IllegalArgumentException if there are fewer than none
     */
    static void checkCount(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("an operation on " + count + " values");
        }
        if (count > Integer.MAX_VALUE) {
            throw new CudaException("an operation on " + count + " values is more than the 2^31 - 1 that are possible:"
                    + " use smaller batches or fewer workers");
        }
    }

    /** Launches a kernel with a block for each channel, with room for a double of each thread. */
    default void forEachChannel(String kernel, int channels, Object... arguments) {
        launch(kernel, new Grid(channels, threads(), 1, threads() * Double.BYTES), arguments);
    }

    /**
     * A launch's threads.
     *
     * @param blocks number of blocks
     * @param columns threads of a block in the first direction
     * @param lanes threads of a block in the second direction
     * @param sharedBytes shared memory of a block, in bytes
     */
    record Grid(int blocks, int columns, int lanes, int sharedBytes) {}

    /** A convolution in groups by a library, for one shape. */
    interface GroupedConvolution {

        /** The library, which the names start with. */
        String LIBRARY = "cuDNN";

        /** The algorithm. */
        String name();

        /**
         * Runs it.
         *
         * @param x input [b, g c, h, w] of g groups, or its gradient
         * @param weights weights [g out, c, k, k], or their gradient
         * @param y result [b, g out, h', w'], or its gradient
         * @param workspace memory of as many bytes as were allowed
         */
        void run(long x, long weights, long y, long workspace);
    }
}
