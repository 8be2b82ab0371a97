package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.Gpu.Grid;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.model.Filter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Convolutions by the engine's own kernels, with tiles of one size; they are explained in {@code convolution.cu}.
 * Tensors lie as they do for the other ways, so that each convolution of a program can go the way that is best for it:
 * with channels last, more bytes could be copied at once, but all other operations would have to follow.
 */
final class OwnWay implements ConvolutionWay {

    /** Precisions other than FP32 need tensor cores for them, and copies beside computation. */
    private static final int LEAST_CAPABILITY = 80;

    /** The only GPUs whose warps multiply in groups. */
    private static final int HOPPER = 90;

    private static final int MOST_SHARED = 72 << 10;
    private static final int MOST_STAGES = 3;

    /** Steps of a product between two waits for copies, where there are as many. */
    private static final int STEPS = 4;

    /** Pixels that a gradient of weights takes at once. */
    private static final int PIXELS = 64;

    /** Blocks for each multiprocessor below which sums are split. */
    private static final int BLOCKS_PER_PROCESSOR = 4;

    /** Fewest chunks of pixels that are worth a block. */
    private static final int LEAST_CHUNKS = 4;

    /** Results and pixels of a tile of the kernels {@code convolve}. */
    private enum Tile {
        OF_64X128(64, 128), OF_64X64(64, 64), OF_32X128(32, 128), OF_16X256(16, 256);

        private final int results;
        private final int pixels;

        Tile(int results, int pixels) {
            this.results = results;
            this.pixels = pixels;
        }

        @Override
        public String toString() {
            return results + "x" + pixels;
        }
    }

    /** Results and pixels of a tile of the kernels {@code group}, and pixels that they multiply by at once. */
    private enum GroupTile {
        OF_64X256_BY_128(256, 128), OF_64X256_BY_64(256, 64), OF_64X128_BY_128(128, 128), OF_64X128_BY_64(128, 64),
        OF_64X64_BY_64(64, 64), OF_64X64_BY_32(64, 32);

        private static final int RESULTS = 64;

        private final int pixels;
        private final int atOnce;

        GroupTile(int pixels, int atOnce) {
            this.pixels = pixels;
            this.atOnce = atOnce;
        }

        @Override
        public String toString() {
            return RESULTS + "x" + pixels + "_" + atOnce;
        }
    }

    /** Outs, pairs of 8 channels and a tap, and warps of a tile of the kernels {@code weights_gradient}. */
    private enum GradientTile {
        OF_64X18(64, 18, 4), OF_32X36(32, 36, 4), OF_64X9(64, 9, 2), OF_16X18(16, 18, 2);

        private final int outs;
        private final int units;
        private final int warps;

        GradientTile(int outs, int units, int warps) {
            this.outs = outs;
            this.units = units;
            this.warps = warps;
        }

        @Override
        public String toString() {
            return outs + "x" + units;
        }
    }

    /** What is launched. */
    @FunctionalInterface
    private interface Launch {
        void on(Operands operands, SizedKernel kernel);
    }

    private final Gpu gpu;
    private final String name;
    private final int sharedBytes;
    private final Function<Epilogue, SizedKernel> kernel;
    private final Launch launch;

    private OwnWay(Gpu gpu, String name, int sharedBytes, Function<Epilogue, SizedKernel> kernel, Launch launch) {
        this.gpu = gpu;
        this.name = name;
        this.sharedBytes = sharedBytes;
        this.kernel = kernel;
        this.launch = launch;
    }

    /**
     * A way for each size of tiles that the shape fills to more than half, or the smallest one, and that this GPU has
     * the shared memory for; none where it has no tensor cores for the precision, and where input or result has 2^31
     * values or more.
     *
     * @param workspace address of memory that is each one's during a launch
     * @param bytes its size; with none of it, too, all can be done
     */
    static List<ConvolutionWay> candidates(Gpu gpu, ConvolutionShape shape, long workspace, long bytes) {
        List<ConvolutionWay> candidates = new ArrayList<>();
        if (gpu.precision() != Precision.FP32 && gpu.capability() < LEAST_CAPABILITY || tooLarge(shape)) {
            return candidates;
        }
        Filter filter = shape.filter();
        List<OwnWay> ways = new ArrayList<>();
        if (shape.pass() == Pass.WEIGHTS) {
            for (GradientTile tile : GradientTile.values()) {
                if (tile == GradientTile.OF_16X18 || tile.outs < 2 * filter.out() && tile.units < 2 * units(filter)) {
                    ways.add(weightsGradient(gpu, shape, tile, workspace, bytes));
                }
            }
        } else {
            int results = shape.pass() == Pass.DATA ? filter.in() : filter.out();
            for (Tile tile : Tile.values()) {
                if (tile == Tile.OF_16X256 || tile.results < 2 * results) {
                    ways.add(convolution(gpu, shape, tile));
                }
            }
            if (gpu.capability() == HOPPER && gpu.precision() != Precision.FP32 && filter.stride() == 1
                    && GroupTile.RESULTS < 2 * results) {
                ways.addAll(groups(gpu, shape));
            }
        }
        ways.stream().filter(way -> way.sharedBytes <= gpu.sharedBytes()).forEach(candidates::add);
        return candidates;
    }

    /** Pairs of 8 channels and a tap. */
    private static int units(Filter filter) {
        return quotientUp(filter.in(), 8) * filter.kernel() * filter.kernel();
    }

    /** Whether the kernels' indices of a tensor's values are too small. */
    private static boolean tooLarge(ConvolutionShape shape) {
        long images = (long) shape.batch() * shape.workers();
        long x = images * shape.filter().in() * shape.height() * shape.width();
        long y = images * shape.filter().out() * shape.rows() * shape.columns();
        return Math.max(x, y) > Integer.MAX_VALUE;
    }

    private static OwnWay convolution(Gpu gpu, ConvolutionShape shape, Tile tile) {
        boolean backward = shape.pass() == Pass.DATA;
        // The gradient's pixels between which there are as many as the stride go together: they meet the same taps.
        int spread = backward ? shape.filter().stride() : 1;
        PixelTile pixels = PixelTile.of(tile.pixels, shape.batch(),
                quotientUp(backward ? shape.height() : shape.rows(), spread),
                quotientUp(backward ? shape.width() : shape.columns(), spread),
                backward ? 1 : shape.filter().stride(), quotientUp(shape.filter().kernel(), spread));
        return convolution(gpu, shape, "own " + tile, "convolve_" + gpu.precision() + "_" + tile, tile.results, pixels,
                pixels.pitch(8, 16), OwnWay::stages);
    }

    /** For each size of tiles the one that multiplies by most pixels at once. */
    private static List<OwnWay> groups(Gpu gpu, ConvolutionShape shape) {
        boolean backward = shape.pass() == Pass.DATA;
        List<OwnWay> ways = new ArrayList<>();
        Set<Integer> sizes = new HashSet<>();
        for (GroupTile tile : GroupTile.values()) {
            PixelTile.ofEights(tile.pixels, shape.batch(), backward ? shape.height() : shape.rows(),
                            backward ? shape.width() : shape.columns(), shape.filter().kernel())
                    .filter(pixels -> 8 * pixels.run() >= tile.atOnce && sizes.add(tile.pixels))
                    .ifPresent(pixels -> ways.add(convolution(gpu, shape, "group " + tile,
                            "group_" + gpu.precision() + "_" + tile, GroupTile.RESULTS, pixels, pixels.places(),
                            bytes -> MOST_STAGES)));
        }
        return ways;
    }

    private static OwnWay convolution(Gpu gpu, ConvolutionShape shape, String name, String kernelName,
            int tileResults, PixelTile pixels, int pitch, IntUnaryOperator stagesOf) {
        Filter filter = shape.filter();
        boolean backward = shape.pass() == Pass.DATA;
        int sources = backward ? filter.out() : filter.in();
        int results = backward ? filter.in() : filter.out();
        int sourceHeight = backward ? shape.rows() : shape.height();
        int sourceWidth = backward ? shape.columns() : shape.width();
        int height = backward ? shape.height() : shape.rows();
        int width = backward ? shape.width() : shape.columns();
        int area = filter.kernel() * filter.kernel();
        int spread = backward ? filter.stride() : 1;
        int groups = Math.min(quotientUp(STEPS, area), quotientUp(sources, terms(gpu)));
        int channels = groups * terms(gpu);
        int weights = backward ? channels * (tileResults * area + 8) : tileResults * (channels * area + 4);
        int chunks = quotientUp(sources, channels);
        int stage = Float.BYTES * (weights + channels * pitch);
        int stages = stagesOf.applyAsInt(stage);
        int shared = tableBytes(pixels) + Math.min(stages, chunks) * stage;
        int blocks = shape.workers() * spread * spread * quotientUp(results, tileResults) * pixels.count();
        boolean wide = (backward ? results : sources) * area % 4 == 0;
        boolean pairs = spread == 1 && pixels.logInner() == 0 && pixels.logColumns() > 0 && width % 2 == 0;
        Grid grid = new Grid(blocks, 4 * Gpu.WARP, 1, shared);
        Function<Epilogue, SizedKernel> kernel = epilogue -> new SizedKernel(
                kernelName,
                List.of(shape.batch(), sources, sourceHeight, sourceWidth, results, height, width,
                        filter.kernel(), filter.stride(), filter.padding(), flag(backward), pixels.logRows(),
                        pixels.logColumns(), pixels.logInner(), groups, stages, flag(wide), flag(pairs),
                        flag(epilogue.bias()), flag(epilogue.relu()), flag(epilogue.mask())));
        return new OwnWay(gpu, name, shared, kernel, (operands, sized) -> gpu.launch(sized, grid,
                backward ? operands.y() : operands.x(), operands.weights(), operands.bias(), operands.mask(),
                backward ? operands.x() : operands.y(), shape.workers()));
    }

    private static OwnWay weightsGradient(
            Gpu gpu, ConvolutionShape shape, GradientTile tile, long workspace, long bytes) {
        Filter filter = shape.filter();
        int area = filter.kernel() * filter.kernel();
        int groups = quotientUp(filter.in(), 8);
        int tileChannels = 8 * Math.min(groups, tile.units % area == 0 ? tile.units / area
                : quotientUp(tile.units - 1, area) + 1);
        PixelTile pixels = PixelTile.of(PIXELS, shape.batch(), shape.rows(), shape.columns(), filter.stride(),
                filter.kernel());
        int stage = Float.BYTES * (tile.outs * (PIXELS + 4) + tileChannels * pixels.pitch(4, 8));
        int stages = stages(stage);
        int shared = Math.max(tableBytes(pixels) + stages * stage, Float.BYTES * 8 * tile.outs * tile.units);
        int tiles = shape.workers() * quotientUp(filter.out(), tile.outs) * quotientUp(units(filter), tile.units);
        long count = shape.weightValues();
        int splits = (int) Math.max(1, Math.min(BLOCKS_PER_PROCESSOR * gpu.processors() / tiles,
                Math.min(pixels.count() / LEAST_CHUNKS, bytes / Float.BYTES / count)));
        boolean wide = pixels.logColumns() >= 2 && shape.columns() % 4 == 0;
        Grid grid = new Grid(tiles * splits, tile.warps * Gpu.WARP, 1, shared);
        SizedKernel kernel = new SizedKernel("weights_gradient_" + gpu.precision() + "_" + tile,
                List.of(shape.batch(), filter.in(), shape.height(), shape.width(), filter.out(), shape.rows(),
                        shape.columns(), filter.kernel(), filter.stride(), filter.padding(), pixels.logImages(),
                        pixels.logRows(), pixels.logColumns(), stages, flag(wide)));
        return new OwnWay(gpu, "own " + tile, shared, epilogue -> kernel, (operands, sized) -> {
            gpu.launch(sized, grid, operands.x(), operands.y(), splits == 1 ? operands.weights() : workspace,
                    shape.workers(), splits);
            if (splits > 1) {
                gpu.forEach("sum_parts", count, workspace, operands.weights(), splits);
            }
        });
    }

    /** Terms of a step of a product. */
    private static int terms(Gpu gpu) {
        return gpu.precision() == Precision.BF16 ? 16 : 8;
    }

    /** As many as leave room for other blocks. */
    private static int stages(int bytes) {
        return Math.max(2, Math.min(MOST_STAGES, MOST_SHARED / bytes));
    }

    private static int tableBytes(PixelTile pixels) {
        return Integer.BYTES * quotientUp(pixels.places(), 4) * 4;
    }

    private static int flag(boolean value) {
        return value ? 1 : 0;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void compile(Epilogue epilogue) {
        gpu.compile(kernel.apply(epilogue));
    }

    @Override
    public void launch(Operands operands) {
        launch.on(operands, kernel.apply(operands.epilogue()));
    }
}
