package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.Precision;

/**
 * The own kernels of a dense layer for few images, which read its weights once, or write their gradients; see
 * {@code dense.cu}.
 *
 * @param batch images per replica b, at most {@link #MOST_IMAGES}
 * @param workers number of replicas n
 * @param in values of an input
 * @param out values of a result
 */
record DenseLayer(Gpu gpu, int batch, int workers, int in, int out) {

    /** Most images whose sums find room in a thread's registers. */
    static final int MOST_IMAGES = 32;

    /** Sums that a thread of {@code dense.cu} has. */
    private static final int SUMS = 64;

    private static final int LINE_LANES = 8;
    private static final int PADDING = 4;

    /** Shared memory for what belongs to the images, in bytes: two blocks find room in any GPU. */
    private static final int SLAB = 30 << 10;

    private static final int BLOCKS_PER_PROCESSOR = 2;

    /** Rows of weights that are worth a slice. */
    private static final int LEAST_ROWS = 16;

    /** Whether layers of such batches are computed by these kernels, and not by a library. */
    static boolean takes(Gpu gpu, int batch) {
        return batch <= MOST_IMAGES && gpu.precision() != Precision.BF16;
    }

    /**
     * Computes y = x W' + bias, then a ReLU where asked.
     *
     * @param x address of [b, n, in]
     * @param weights address of [n, out, in]
     * @param bias address of [n, out]
     * @param y address of [b, n, out]
     */
    void forward(long x, long weights, long bias, long y, boolean relu) {
        int rowsOfWarp = Gpu.WARP / LINE_LANES * SUMS / images();
        int slices = 1;
        while (slices < warps() && slices * LINE_LANES * width(4) < in
                && (warps() / slices * rowsOfWarp > out || workers * tiles(out, rowsOfWarp, slices) < busy())) {
            slices *= 2;
        }
        int tiles = tiles(out, rowsOfWarp, slices);
        int most = SLAB / Float.BYTES / images() / Gpu.WARP * Gpu.WARP;
        int columns = roundedUp(quotientUp(in, quotientUp(in, most)), Gpu.WARP);
        int shared = Float.BYTES * Math.max(images() * columns, slices > 1 ? gpu.threads() * SUMS / LINE_LANES : 0);
        launch("dense_forward", workers * tiles, shared, x, weights, bias, y, batch, workers, in, out, relu ? 1 : 0,
                tiles, slices, columns);
    }

    /**
     * Computes dx = dz W.
     *
     * @param dz address of [b, n, out]
     * @param weights address of [n, out, in]
     * @param dx address of [b, n, in]
     */
    void data(long dz, long weights, long dx) {
        int width = width(SUMS / images());
        int slices = slices();
        int tiles = tiles(in, Gpu.WARP * width, slices);
        int rows = rows();
        int sums = slices > 1 ? gpu.threads() / 2 * images() * width : 0;
        launch("dense_data", workers * tiles, Float.BYTES * Math.max(stride() * rows, sums), dz, weights, dx, batch,
                workers, in, out, tiles, slices, rows);
    }

    /**
     * Computes dW = dz' x, and the sums of dz over the images.
     *
     * @param x address of [b, n, in]
     * @param dz address of [b, n, out]
     * @param weights address of the weights' gradients [n, out, in]
     * @param bias address of the bias' gradients [n, out]
     */
    void weights(long x, long dz, long weights, long bias) {
        int slices = slices();
        int tiles = tiles(in, Gpu.WARP * width(SUMS / images()), slices);
        int rows = rows();
        int chunks = quotientUp(out, rows);
        launch("dense_weights", workers * tiles * chunks, Float.BYTES * stride() * rows, x, dz, weights, bias, batch,
                workers, in, out, tiles, slices, rows, chunks);
    }

    private void launch(String kernel, int blocks, int shared, Object... arguments) {
        gpu.launch(kernel, new Gpu.Grid(blocks, gpu.threads(), 1, shared), arguments);
    }

    /** Images that the kernels have registers for. */
    private int images() {
        return batch <= MOST_IMAGES / 2 ? MOST_IMAGES / 2 : MOST_IMAGES;
    }

    /** Values from an output to the next where images lie side by side. */
    private int stride() {
        return images() + PADDING;
    }

    private int warps() {
        return gpu.threads() / Gpu.WARP;
    }

    /** Blocks of these kernels that keep all of the GPU busy. */
    private int busy() {
        return BLOCKS_PER_PROCESSOR * gpu.processors();
    }

    /** Values that are read at once, where rows start at multiples of them. */
    private int width(int most) {
        return in % most == 0 ? most : 1;
    }

    /** Blocks for some rows or columns, of which a warp takes some, and some warps take the same. */
    private int tiles(int count, int ofWarp, int slices) {
        return quotientUp(count, ofWarp * (warps() / slices));
    }

    /** Warps that share the rows of the same columns. */
    private int slices() {
        int slices = 1;
        while (slices < warps() && out >= 2 * slices * LEAST_ROWS) {
            slices *= 2;
        }
        return slices;
    }

    /** Rows of weights for which a block has what belongs to the images at a time: parts of about the same size. */
    private int rows() {
        return quotientUp(out, quotientUp(out, SLAB / Float.BYTES / stride()));
    }

    private static int roundedUp(int count, int multiple) {
        return quotientUp(count, multiple) * multiple;
    }
}
