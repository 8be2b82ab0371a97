package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.ConvolutionShape.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions by the engine's own kernels, with tiles of one size; they are explained in {@code convolution.cu}. Tensors
 * lie as they do for the other ways, so that each convolution of a program can go its own: were channels last, neighbours
 * in memory would be copied at once, but all other operations would have to follow.
 */
final class OwnRoute implements ConvolutionRoute {

    /** Sizes of tiles: values of the result's channels, and pixels; of the compiled kernels. */
    private enum Tile {
        T64X128(64, 128), T64X64(64, 64), T32X128(32, 128), T16X256(16, 256);

        private final int channels;
        private final int pixels;

        Tile(int channels, int pixels) {
            this.channels = channels;
            this.pixels = pixels;
        }

        @Override
        public String toString() {
            return channels + "x" + pixels;
        }
    }

    private static final int THREADS = 128;

    private final Gpu gpu;
    private final ConvolutionShape shape;
    private final Tile tile;
    private final String kernel;
    private final Gpu.Grid grid;
    private final Object[] sizes;

    private OwnRoute(Gpu gpu, ConvolutionShape shape, Tile tile, String kernel, Gpu.Grid grid, Object[] sizes) {
        this.gpu = gpu;
        this.shape = shape;
        this.tile = tile;
        this.kernel = kernel;
        this.grid = grid;
        this.sizes = sizes;
    }

    /** A way for each size of tiles that this GPU has the memory for. */
    static List<ConvolutionRoute> candidates(Gpu gpu, ConvolutionShape shape) {
        List<ConvolutionRoute> routes = new ArrayList<>();
        for (Tile tile : Tile.values()) {
            OwnRoute route = of(gpu, shape, tile);
            if (route.grid.sharedBytes() <= gpu.sharedBytes()) {
                routes.add(route);
            }
        }
        return routes;
    }

    private static OwnRoute of(Gpu gpu, ConvolutionShape shape, Tile tile) {
        boolean backward = shape.pass() == Pass.DATA;
        int area = shape.filter().kernel() * shape.filter().kernel();
        int stride = shape.filter().stride();
        int spread = backward ? stride : 1;
        int step = backward ? 1 : stride;
        int taps = quotientUp(shape.filter().kernel(), spread);
        int sources = backward ? shape.filter().out() : shape.filter().in();
        int results = backward ? shape.filter().in() : shape.filter().out();
        int height = backward ? shape.height() : shape.rows();
        int width = backward ? shape.width() : shape.columns();
        int terms = gpu.precision() == Precision.BF16 ? 16 : 8;
        int groups = area > 1 ? 1 : Math.min(4, quotientUp(sources, terms));
        int channels = groups * terms;
        Pixels pixels = Pixels.of(tile.pixels, shape.batch(), quotientUp(height, spread), quotientUp(width, spread),
                step, taps);
        int line = backward ? tile.channels * area + 8 : channels * area + 4;
        int stage = (backward ? channels : tile.channels) * line + channels * spaced(pixels.places(), 8, 16);
        int chunks = quotientUp(sources, channels);
        int stages = 2;
        int shared = Float.BYTES * (quotientUp(pixels.places(), 4) * 4 + Math.min(stages, chunks) * stage);
        int blocks = shape.workers() * quotientUp(results, tile.channels) * spread * spread * pixels.count();
        boolean wide = (backward ? results : sources) * area % 4 == 0;
        Object[] sizes = {shape.batch(), shape.workers(), sources,
                backward ? shape.rows() : shape.height(), backward ? shape.columns() : shape.width(), results, height,
                width, shape.filter().kernel(), stride, shape.filter().padding(), backward ? 1 : 0};
        Object[] tiling = {pixels.logRows(), pixels.logColumns(), groups, stages, wide ? 1 : 0, 0};
        return new OwnRoute(gpu, shape, tile, "convolve_" + gpu.precision() + "_" + tile,
                new Gpu.Grid(blocks, THREADS, 1, shared), concat(sizes, tiling));
    }

    private static Object[] concat(Object[] a, Object[] b) {
        Object[] all = java.util.Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    /** A tile's pixels: so many images of 2^logRows times 2^logColumns. */
    private record Pixels(int logRows, int logColumns, int count, int places) {

        static Pixels of(int pixels, int batch, int height, int width, int step, int taps) {
            Pixels best = null;
            long least = Long.MAX_VALUE;
            for (int logColumns = 0; 1 << logColumns <= pixels; logColumns++) {
                for (int logRows = 0; 1 << logRows + logColumns <= pixels; logRows++) {
                    int images = pixels >> logRows + logColumns;
                    int rows = ((1 << logRows) - 1) * step + taps;
                    int columns = ((1 << logColumns) - 1) * step + taps;
                    int count = quotientUp(batch, images) * quotientUp(height, 1 << logRows)
                            * quotientUp(width, 1 << logColumns);
                    long cost = (long) count * (pixels + images * rows * (columns + 8));
                    if (cost < least) {
                        least = cost;
                        best = new Pixels(logRows, logColumns, count, images * rows * columns);
                    }
                }
            }
            return best;
        }
    }

    private static int spaced(int count, int first, int step) {
        return quotientUp(count - first + step, step) * step - step + first;
    }

    private static int quotientUp(int a, int b) {
        return (a + b - 1) / b;
    }

    @Override
    public String name() {
        return "own " + tile;
    }

    @Override
    public void launch(Operands operands) {
        boolean backward = shape.pass() == Pass.DATA;
        Object[] addresses = {backward ? operands.y() : operands.x(), operands.weights(), operands.bias(), operands.mask(),
                backward ? operands.x() : operands.y()};
        List<Object> all = new ArrayList<>(List.of(addresses));
        all.addAll(List.of(sizes).subList(0, 12));
        all.add(operands.relu() ? 1 : 0);
        all.addAll(List.of(sizes).subList(12, 18));
        gpu.launch(kernel, grid, all.toArray());
    }
}
