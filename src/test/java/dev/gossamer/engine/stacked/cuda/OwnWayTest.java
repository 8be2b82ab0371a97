package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.cuda.ConvolutionWay.Operands;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** The engine's own convolutions with every size of tiles, on the host, beside sums in double precision. */
class OwnWayTest {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);

    /** Values before and after an array that stay as they are, and spoil what is computed from them. */
    private static final int GUARD = 64;

    /** Rounding of sums, as part of the sum of the products' absolute values. */
    private static final double TOLERANCE = 2e-6;

    /** Bytes for partial sums. */
    private static final long WORKSPACE = 4 << 20;

    private static Emulation kernels;

    /** The kernels in each precision. */
    private static final class Emulation implements AutoCloseable {

        private final Map<Precision, ShimGpu> gpus = new EnumMap<>(Precision.class);
        private final Map<Precision, Long> workspaces = new EnumMap<>(Precision.class);

        Emulation(Path shim) {
            for (Precision precision : Precision.values()) {
                ShimGpu gpu = new ShimGpu(shim, "own").large(precision);
                gpus.put(precision, gpu);
                workspaces.put(precision, gpu.allocate(WORKSPACE, "partial sums"));
            }
        }

        @Override
        public void close() {
            gpus.values().forEach(ShimGpu::close);
        }
    }

    @BeforeAll
    static void compileTheKernels() throws IOException, InterruptedException {
        kernels = new Emulation(Shim.compile());
    }

    @AfterAll
    static void end() {
        if (kernels != null) {
            kernels.close();
        }
    }

    @Test
    void narrowNetworksAreConvolved() {
        int next = 0;
        for (ConvolutionShape shape : shapes(0.125, 2, 2)) {
            check(shape, Precision.values()[next++ % 3], new Random(1));
        }
    }

    @Test
    @Tag("slow")
    void narrowNetworksAreConvolvedInAllPrecisions() {
        for (ConvolutionShape shape : shapes(0.25, 3, 2)) {
            for (Precision precision : Precision.values()) {
                check(shape, precision, new Random(2));
            }
        }
    }

    @Test
    @Tag("slow")
    void networksAreConvolved() {
        int next = 1;
        for (ConvolutionShape shape : shapes(1, 1, 1)) {
            check(shape, Precision.values()[next++ % 3], new Random(3));
        }
    }

    /** Those of all networks that have convolutions. */
    private static Set<ConvolutionShape> shapes(double width, int batch, int workers) {
        Set<ConvolutionShape> shapes = new LinkedHashSet<>();
        for (String model : List.of("vgg-11", "resnet-20", "resnet-20-evonorm", "lenet", "wide-resnet-16-4")) {
            Compiler.compile(Network.of(model, width, 0.5)
                .configuration(IMAGES, 10, 1, DataType.FLOAT), IMAGES, true)
                    .operations().stream()
                    .filter(Forward.Convolve.class::isInstance)
                    .forEach(operation -> {
                        for (Pass pass : Pass.values()) {
                            shapes.add(ConvolutionShape.of(pass, batch, workers, (Forward.Convolve) operation));
                        }
                    });
        }
        return shapes;
    }

    @Test
    void otherShapesAreConvolved() {
        convolveAny(27, 7);
    }

    @Test
    @Tag("slow")
    void manyOtherShapesAreConvolved() {
        convolveAny(180, 8);
    }

    private static void convolveAny(int count, long seed) {
        convolveAny(kernels, count, seed);
    }

    private static void convolveAny(Emulation emulation, int count, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            Pass pass = Pass.values()[i % 3];
            check(emulation, shape(pass, random), Precision.values()[i / 3 % 3], random);
        }
    }

    /** Rows of eight pixels, and shorter ones of eight images. */
    @ParameterizedTest
    @CsvSource({"2,16,16,3,1,64x256_128", "2,9,8,3,1,64x128_128", "3,8,11,3,1,64x128_64", "1,5,12,5,2,64x64_64",
        "16,4,4,3,1,64x128_64", "16,4,4,3,1,64x256_64", "16,2,2,3,1,64x64_32", "32,3,3,1,0,64x256_64",
        "24,4,4,3,1,64x128_64", "24,3,3,3,1,64x64_64", "12,4,4,3,1,64x64_64",
        "8,4,7,3,1,64x64_64", "8,4,4,3,0,64x64_32"})
    void groupsOfWarpsMultiply(int batch, int height, int width, int kernel, int padding, String tile) {
        Filter filter = new Filter(40, 40, kernel, 1, padding);
        Random random = new Random(9);
        for (Pass pass : List.of(Pass.FORWARD, Pass.DATA)) {
            for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
                ConvolutionShape shape = new ConvolutionShape(pass, batch, 1, filter, height, width,
                        (int) filter.outputSize(height), (int) filter.outputSize(width));
                check(shape, precision, random);
                assertTrue(kernels.gpus.get(precision).launched().contains("group_" + precision + "_" + tile),
                        () -> shape + ": " + kernels.gpus.get(precision).launched());
            }
        }
    }

    /** The lower 32 bits of their number are 0. */
    @Test
    void aGradientOfSoManyWeightsHasAWay() {
        ConvolutionShape shape = new ConvolutionShape(
                Pass.WEIGHTS, 1, 1024, new Filter(2048, 2048, 1, 1, 0), 1, 1, 1, 1);
        assertEquals(1L << 32, shape.weightValues());
        assertFalse(OwnWay.candidates(kernels.gpus.get(Precision.FP32), shape, 0, WORKSPACE).isEmpty());
    }

    /** The emulation is of use only where it notices what a GPU would take amiss. */
    @ParameterizedTest
    @Tag("slow")
    @CsvSource(delimiter = '|', value = {
        "wait_for_copies<0>();                           | wait_for_copies<1>();",
        "wait_for_copies<1>();                           | wait_for_copies<2>();",
        "ready(first_stage + full * stage_size);         | //",
        "(first_stage + full * stage_size);~__syncthreads(); | (first_stage + full * stage_size);",
        "tile_channels * area;~__syncthreads();          | tile_channels * area;",
        "}~__syncthreads();~int taps                     | }~int taps",
        "mma_tf32(sums[d][q], a[d], b);                  | if (lane_of_warp) mma_tf32(sums[d][q], a[d], b);"})
    void whatIsNotWaitedForIsNoticed(String right, String wrong) throws IOException, InterruptedException {
        String pattern = Pattern.quote(right).replace("~", "\\E\\s+\\Q");
        String replacement = wrong.replace("~", "\n").replace("lane_of_warp", "threadIdx.x % 32 > 0");
        Path shim = Shim.compile(source -> {
            String mutant = source.replaceAll(pattern, Matcher.quoteReplacement(replacement));
            assertNotEquals(source, mutant);
            return mutant;
        });
        try (Emulation emulation = new Emulation(shim)) {
            Throwable noticed = assertThrows(Throwable.class, () -> convolveAny(emulation, 60, 7));
            assertTrue(noticed instanceof AssertionError || noticed.getMessage().startsWith("the shim ended"),
                    noticed.toString());
        }
    }

    private static ConvolutionShape shape(Pass pass, Random random) {
        int[] channels = {1, 3, 5, 16, 17, 40, 64};
        int kernel = new int[] {1, 3, 3, 5}[random.nextInt(4)];
        int stride = 1 + random.nextInt(2);
        Filter filter = new Filter(channels[random.nextInt(channels.length)],
                channels[random.nextInt(channels.length)], kernel, stride, random.nextInt(kernel));
        int height = kernel + random.nextInt(14);
        int width = random.nextInt(4) == 0 ? kernel + random.nextInt(40) : kernel + random.nextInt(9);
        return new ConvolutionShape(pass, 1 + random.nextInt(4), 1 + random.nextInt(2), filter, height, width,
                (int) filter.outputSize(height), (int) filter.outputSize(width));
    }

    /** A pass's operands and what is to come of them. */
    private static final class Case {

        private final ConvolutionShape shape;
        private final Precision precision;
        private final float[] x;
        private final float[] weights;
        private final float[] y;
        private final float[] bias;
        private final boolean relu;
        private final float[] mask;
        private double[] sums;
        private double[] magnitudes;

        /** @param whole whether all values are integers, so small that nothing is rounded */
        Case(ConvolutionShape shape, Precision precision, Random random, boolean whole) {
            this.shape = shape;
            this.precision = precision;
            Filter filter = shape.filter();
            int n = shape.workers();
            x = values(shape.batch() * n * filter.in() * shape.height() * shape.width(), random, whole);
            weights = values(n * filter.out() * shape.taps(), random, whole);
            y = values(n * filter.out() * shape.outcomes(), random, whole);
            boolean forward = shape.pass() == Pass.FORWARD;
            bias = forward && random.nextBoolean() ? values(n * filter.out(), random, whole) : null;
            relu = forward && random.nextBoolean();
            mask = shape.pass() == Pass.DATA && random.nextBoolean() ? values(x.length, random, true) : null;
            add();
        }

        private static float[] values(int count, Random random, boolean whole) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = whole ? random.nextInt(9) - 4 : (float) random.nextGaussian();
            }
            return values;
        }

        private void add() {
            float[] result = result();
            sums = new double[result.length];
            magnitudes = new double[result.length];
            double[] a = rounded(x);
            double[] w = rounded(weights);
            double[] dy = rounded(y);
            Filter filter = shape.filter();
            int k = filter.kernel();
            for (int image = 0; image < shape.batch(); image++) {
                for (int channel = 0; channel < shape.workers() * filter.out(); channel++) {
                    int first = (image * shape.workers() * filter.out() + channel) * shape.rows() * shape.columns();
                    for (int tap = 0; tap < shape.taps(); tap++) {
                        int in = channel / filter.out() * filter.in() + tap / (k * k);
                        int corner = (image * shape.workers() * filter.in() + in) * shape.height() * shape.width();
                        int weight = channel * shape.taps() + tap;
                        for (int i = 0; i < shape.rows(); i++) {
                            int row = i * filter.stride() + tap / k % k - filter.padding();
                            for (int j = 0; j < shape.columns() && row >= 0 && row < shape.height(); j++) {
                                int column = j * filter.stride() + tap % k - filter.padding();
                                if (column >= 0 && column < shape.width()) {
                                    int from = corner + row * shape.width() + column;
                                    int to = first + i * shape.columns() + j;
                                    switch (shape.pass()) {
                                        case FORWARD -> add(to, a[from] * w[weight]);
                                        case WEIGHTS -> add(weight, a[from] * dy[to]);
                                        case DATA -> add(from, dy[to] * w[weight]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
            for (int i = 0; i < sums.length; i++) {
                if (bias != null) {
                    add(i, bias[i / (shape.rows() * shape.columns()) % bias.length]);
                }
                if (relu && sums[i] < 0 || mask != null && !(mask[i] > 0)) {
                    sums[i] = 0;
                }
            }
        }

        private void add(int i, double value) {
            sums[i] += value;
            magnitudes[i] += Math.abs(value);
        }

        private double[] rounded(float[] values) {
            double[] rounded = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                double value = values[i];
                double unit = Math.scalb(1.0, Math.getExponent(value) - (precision == Precision.TF32 ? 10 : 7));
                rounded[i] = switch (precision) {
                    case FP32 -> value;
                    case TF32 -> Math.copySign(Math.floor(Math.abs(value) / unit + 0.5) * unit, value);
                    case BF16 -> Math.rint(value / unit) * unit;
                };
            }
            return rounded;
        }

        private float[] result() {
            return switch (shape.pass()) {
                case FORWARD -> y;
                case WEIGHTS -> weights;
                case DATA -> x;
            };
        }

        /** What a way makes of it. */
        float[] run(ShimGpu gpu, ConvolutionWay way) {
            float[] result = result();
            float[] garbage = new float[result.length];
            Arrays.fill(garbage, Float.NaN);
            long to = guarded(gpu, garbage);
            way.launch(new Operands(result == x ? to : guarded(gpu, x),
                    result == weights ? to : guarded(gpu, weights), bias == null ? 0 : guarded(gpu, bias), relu,
                    mask == null ? 0 : guarded(gpu, mask), result == y ? to : guarded(gpu, y)));
            float[] all = new float[result.length + 2 * GUARD];
            try (FloatPointer values = new FloatPointer(all)) {
                gpu.download(values, to - Float.BYTES * GUARD, Float.BYTES * (long) all.length);
                values.get(all);
            }
            for (int i = 0; i < GUARD; i++) {
                assertTrue(Float.isNaN(all[i]) && Float.isNaN(all[all.length - 1 - i]),
                        () -> "written outside: " + this);
            }
            return Arrays.copyOfRange(all, GUARD, GUARD + result.length);
        }

        private static long guarded(ShimGpu gpu, float[] values) {
            float[] all = new float[values.length + 2 * GUARD];
            Arrays.fill(all, Float.NaN);
            System.arraycopy(values, 0, all, GUARD, values.length);
            long address = gpu.allocate(Float.BYTES * (long) all.length, "an array");
            try (FloatPointer pointer = new FloatPointer(all)) {
                gpu.upload(address, pointer, Float.BYTES * (long) all.length);
            }
            return address + Float.BYTES * GUARD;
        }

        void checkClose(float[] result, ConvolutionWay way) {
            for (int i = 0; i < result.length; i++) {
                double error = Math.abs(result[i] - sums[i]);
                if (!(error <= TOLERANCE * magnitudes[i])) {
                    assertEquals(sums[i], result[i], TOLERANCE * magnitudes[i],
                            "value " + i + " by " + way.name() + ": " + this);
                }
            }
        }

        void checkEqual(float[] result, ConvolutionWay way) {
            float[] expected = new float[sums.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = (float) sums[i];
                result[i] += 0f; // -0 is 0 as well
            }
            assertArrayEquals(expected, result, () -> way.name() + ": " + this);
        }

        @Override
        public String toString() {
            return precision + " " + shape + (bias == null ? "" : " bias") + (relu ? " ReLU" : "")
                    + (mask == null ? "" : " mask");
        }
    }

    private static void check(ConvolutionShape shape, Precision precision, Random random) {
        check(kernels, shape, precision, random);
    }

    private static void check(Emulation emulation, ConvolutionShape shape, Precision precision, Random random) {
        ShimGpu gpu = emulation.gpus.get(precision);
        Case any = new Case(shape, precision, random, false);
        Case whole = new Case(shape, precision, random, true);
        List<ConvolutionWay> ways = OwnWay.candidates(gpu, shape, emulation.workspaces.get(precision), WORKSPACE);
        assertFalse(ways.isEmpty(), shape.toString());
        for (ConvolutionWay way : ways) {
            float[] result = any.run(gpu, way);
            any.checkClose(result, way);
            whole.checkEqual(whole.run(gpu, way), way);
            if (way == ways.get(0)) {
                assertArrayEquals(result, any.run(gpu, way), () -> way.name() + " twice: " + shape);
            }
        }
    }
}
