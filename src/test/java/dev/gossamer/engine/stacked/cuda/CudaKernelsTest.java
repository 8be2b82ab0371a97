package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.DropoutMask;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Single operations on a stand-in for the GPU, beside plain loops: for sizes that are multiples of four, and for
 * others, for which kernels have other ways.
 */
class CudaKernelsTest {

    private static Path shim;

    private final Random random = new Random(1);

    @BeforeAll
    static void compileTheKernels() throws IOException, InterruptedException {
        shim = Shim.compile();
    }

    /** One operation on a GPU of its own; tensor 0 is its input. */
    private final class Trial implements AutoCloseable {

        private final ShimGpu gpu;
        private final ProgramMemory memory;
        private final Workspace workspace;
        private final CudaKernels kernels;
        private final ParameterMatrix parameters;

        Trial(ShimGpu gpu, int batch, int workers, List<Operation> operations, Slice... parameters) {
            this.gpu = gpu;
            Tensor input = operations.get(0).reads().get(0);
            Tensor last = operations.get(operations.size() - 1).writes().stream().findFirst().orElse(input);
            Program program = new Program(new ImageShape(1, 1, 1), input, last, operations, List.of(parameters),
                    Loss.CROSS_ENTROPY);
            ParameterLayout layout = ParameterLayout.ofAll(List.of(parameters), workers);
            this.parameters = ParameterMatrix.allocate(gpu, layout, "parameters");
            memory = new ProgramMemory(
                    gpu, program, batch, this.parameters, gpu.allocate(layout.bytes(Element.FP32), "gradients"));
            workspace = new Workspace(gpu, ShimGpu.WORKSPACE);
            kernels = new CudaKernels(gpu, memory,
                    new ConvolutionTrials(gpu, gpu.choices(), workspace, Set.of("patches"), program, batch, workers),
                    workspace);
        }

        float[] fill(Tensor tensor) {
            return fill(memory.at(tensor), (int) memory.values(tensor));
        }

        float[] fill(Slice slice) {
            float[] values = fill(memory.parameter(slice), (int) slice.size() * memory.workers());
            if (parameters.rounded() != 0) {
                gpu.forEach(4, "round_values", values.length, memory.parameter(slice), memory.factors(slice));
            }
            return values;
        }

        private float[] fill(long address, int count) {
            float[] values = random(count);
            put(address, values);
            return values;
        }

        void put(long address, float[] values) {
            gpu.upload(address, new FloatPointer(values), (long) Float.BYTES * values.length);
        }

        float[] get(Tensor tensor) {
            return get(memory.at(tensor), (int) memory.values(tensor));
        }

        float[] gradient(Slice slice) {
            return get(memory.gradient(slice), (int) slice.size() * memory.workers());
        }

        private float[] get(long address, int count) {
            float[] values = new float[count];
            try (FloatPointer host = new FloatPointer(count)) {
                gpu.download(host, address, (long) Float.BYTES * count);
                host.get(values);
            }
            return values;
        }

        void run(Operation operation) {
            operation.prepare(kernels).launch();
        }

        @Override
        public void close() {
            gpu.close();
        }
    }

    private static ShimGpu gpu() {
        return new ShimGpu(shim, Switches.STANDARD, null, new HashSet<>());
    }

    private float[] random(int count) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] floats(int count, IntToDoubleFunction value) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) value.applyAsDouble(k);
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "2, 3, 4, 4, 8", "3, 2, 3, 1, 1", "2, 2, 8, 1, 1", "1, 3, 5, 7, 3", "5, 1, 3, 2, 5"})
    void sumsAndReluGradientsAreThoseOfPlainLoops(int batch, int workers, int channels, int height, int width) {
        Tensor a = new Tensor(0, channels, height, width);
        Tensor b = new Tensor(1, channels, height, width);
        Tensor y = new Tensor(2, channels, height, width);
        for (boolean relu : new boolean[] {false, true}) {
            Operation add = new Forward.Add(a, b, Activation.of(relu), y);
            try (Trial trial = new Trial(gpu(), batch, workers, List.of(add))) {
                float[] first = trial.fill(a);
                float[] second = trial.fill(b);
                first[first.length - 1] = Float.NaN;
                trial.put(trial.memory.at(a), first);
                trial.run(add);
                assertArrayEquals(floats(first.length, k -> relu && first[k] + second[k] < 0 ? 0 : first[k]
                        + second[k]),
                        trial.get(y));
            }
        }
        Operation backward = new Backward.Activate(Activation.RELU, a, b, y);
        try (Trial trial = new Trial(gpu(), batch, workers, List.of(backward))) {
            float[] result = trial.fill(a);
            float[] gradient = trial.fill(b);
            trial.run(backward);
            assertArrayEquals(floats(result.length, k -> result[k] > 0 ? gradient[k] : 0), trial.get(y));
        }
        Tensor dz = new Tensor(3, channels, height, width);
        Operation ofSum = new Backward.ActivateSum(Activation.RELU, a, b, y, dz);
        try (Trial trial = new Trial(gpu(), batch, workers, List.of(ofSum))) {
            float[] result = trial.fill(a);
            float[] first = trial.fill(b);
            float[] second = trial.fill(y);
            result[result.length - 1] = Float.NaN;
            trial.put(trial.memory.at(a), result);
            trial.run(ofSum);
            assertArrayEquals(floats(result.length, k -> result[k] > 0 ? first[k] + second[k] : 0), trial.get(dz));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 4, 4, 8", "3, 2, 3, 1, 1", "1, 3, 5, 7, 3"})
    void droppedValuesAreThoseOfTheMask(int batch, int workers, int channels, int height, int width) {
        Tensor x = new Tensor(0, channels, height, width);
        Tensor y = new Tensor(1, channels, height, width);
        Operation drop = new Forward.Drop(x, 0.4, 3, y);
        try (Trial trial = new Trial(gpu(), batch, workers, List.of(drop))) {
            float[] values = trial.fill(x);
            long[] seeds = random.longs(workers).toArray();
            trial.gpu.upload(trial.memory.seeds(), new LongPointer(seeds), (long) Long.BYTES * workers);
            trial.run(drop);
            int size = x.size();
            assertArrayEquals(floats(values.length, k -> {
                int worker = k / size % workers;
                int place = k / (size * workers) * size + k % size;
                return DropoutMask.of(0.4, seeds[worker], 3).factor(place) * values[k];
            }), trial.get(y));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 3, 2, 4, 4, false", "1, 2, 3, 6, 8, true", "2, 1, 2, 2, 2, true", "1, 2, 3, 5, 7, false",
        "2, 2, 2, 3, 4, true", "1, 2, 2, 4, 6, false", "2, 1, 1, 8, 16, true", "1, 2, 3, 5, 7, true"})
    void largestValuesOfSquaresAreThoseOfPlainLoops(
            int batch, int workers, int channels, int height, int width, boolean relu) {
        Tensor x = new Tensor(0, channels, height, width);
        Tensor y = new Tensor(1, channels, height / 2, width / 2);
        Tensor dy = new Tensor(2, channels, height / 2, width / 2);
        Tensor dx = new Tensor(3, channels, height, width);
        Forward.MaxPool forward = new Forward.MaxPool(x, Window.SQUARES, y);
        Operation backward = new Backward.MaxPool(forward, dy, Activation.of(relu), dx);
        try (Trial trial = new Trial(gpu(), batch, workers, List.of(forward, backward))) {
            float[] values = trial.fill(x);
            for (int k = 0; k < values.length; k++) {
                values[k] = (float) Math.rint(values[k]); // so that many are equal, and the first counts; -0 is 0
            }
            trial.put(trial.memory.at(x), values);
            float[] most = new float[(int) trial.memory.values(y)];
            float[] gradient = random(most.length);
            float[] expected = new float[values.length];
            for (int i = 0; i < most.length; i++) {
                int plane = i / y.width() / y.height();
                int corner = (plane * height + 2 * (i / y.width() % y.height())) * width + 2 * (i % y.width());
                int best = corner;
                for (int other : new int[] {corner + 1, corner + width, corner + width + 1}) {
                    best = values[other] > values[best] ? other : best;
                }
                most[i] = values[best];
                expected[best] = !relu || values[best] > 0 ? gradient[i] : 0;
            }
            trial.run(forward);
            assertArrayEquals(most, trial.get(y));
            trial.put(trial.memory.at(dx), random(values.length));
            trial.put(trial.memory.at(x), values);
            trial.put(trial.memory.at(dy), gradient);
            trial.run(backward);
            assertArrayEquals(expected, trial.get(dx));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 2, 4, 4", "1, 2, 3, 5, 7", "3, 1, 2, 1, 3"})
    void averagesArePlainOnes(int batch, int workers, int channels, int height, int width) {
        Tensor x = new Tensor(0, channels, height, width);
        Tensor y = new Tensor(1, channels, 1, 1);
        Tensor dy = new Tensor(2, channels, 1, 1);
        Tensor dx = new Tensor(3, channels, height, width);
        Forward.AveragePool forward = new Forward.AveragePool(x, Window.ofAll(height, width), y);
        Operation backward = new Backward.AveragePool(forward, dy, dx);
        int plane = height * width;
        try (Trial trial = new Trial(gpu(), batch, workers, List.of(forward, backward))) {
            float[] values = trial.fill(x);
            trial.run(forward);
            float[] means = trial.get(y);
            for (int i = 0; i < means.length; i++) {
                int first = i * plane;
                double mean = IntStream.range(first, first + plane).mapToDouble(k -> values[k]).sum() / plane;
                assertEquals(mean, means[i], 1e-6);
            }
            float[] gradient = trial.fill(dy);
            trial.run(backward);
            assertArrayEquals(floats(values.length, k -> gradient[k / plane] / plane), trial.get(dx));
        }
    }

    /** Windows that overlap, leave gaps, reach over the edges or are no squares. */
    @ParameterizedTest
    @CsvSource({
        "3, 3, 2, 1, 7, 8", "3, 3, 2, 0, 8, 7", "3, 3, 1, 1, 4, 4", "2, 2, 3, 0, 8, 8", "2, 2, 1, 1, 3, 5",
        "2, 3, 2, 1, 5, 6", "5, 4, 3, 3, 9, 6", "1, 1, 2, 0, 5, 5", "4, 6, 1, 0, 4, 6"})
    void poolsOfWindowsAreThoseOfPlainLoops(
            int length, int breadth, int stride, int padding, int height, int width) {
        Window window = new Window(length, breadth, stride, padding);
        Tensor x = new Tensor(0, 2, height, width);
        Tensor y = new Tensor(1, 2, window.rows(height), window.columns(width));
        Tensor dy = new Tensor(2, 2, y.height(), y.width());
        Tensor dx = new Tensor(3, 2, height, width);
        Forward.MaxPool max = new Forward.MaxPool(x, window, y);
        Forward.AveragePool average = new Forward.AveragePool(x, window, y);
        for (boolean relu : new boolean[] {false, true}) {
            checkWindows(window, max, new Backward.MaxPool(max, dy, Activation.of(relu), dx), relu);
        }
        checkWindows(window, average, new Backward.AveragePool(average, dy, dx), false);
    }

    private void checkWindows(Window window, Forward.Unary forward, Backward.InputGradient backward, boolean relu) {
        Tensor x = forward.x();
        Tensor y = forward.y();
        boolean max = forward instanceof Forward.MaxPool;
        try (Trial trial = new Trial(gpu(), 2, 3, List.of(forward, backward))) {
            float[] values = trial.fill(x);
            for (int k = 0; k < values.length; k++) {
                values[k] = (float) Math.rint(values[k]);
            }
            trial.put(trial.memory.at(x), values);
            double[] results = new double[(int) trial.memory.values(y)];
            float[] gradient = random(results.length);
            double[] gradients = new double[values.length];
            for (int i = 0; i < results.length; i++) {
                List<Integer> pixels = new ArrayList<>();
                int first = i / y.width() / y.height() * x.height() * x.width();
                for (int r = 0; r < window.height(); r++) {
                    for (int c = 0; c < window.width(); c++) {
                        int row = i / y.width() % y.height() * window.stride() - window.padding() + r;
                        int column = i % y.width() * window.stride() - window.padding() + c;
                        if (row >= 0 && row < x.height() && column >= 0 && column < x.width()) {
                            pixels.add(first + row * x.width() + column);
                        }
                    }
                }
                int best = pixels.get(0);
                for (int other : pixels) {
                    best = values[other] > values[best] ? other : best;
                    results[i] += values[other] / pixels.size();
                    gradients[other] += max ? 0 : gradient[i] / pixels.size();
                }
                results[i] = max ? values[best] : results[i];
                gradients[best] += max && (!relu || values[best] > 0) ? gradient[i] : 0;
            }
            trial.run(forward);
            assertClose(results, trial.get(y));
            trial.put(trial.memory.at(backward.dx()), random(values.length));
            trial.put(trial.memory.at(x), values);
            trial.put(trial.memory.at(backward.reads().get(backward.reads().size() - 1)), gradient);
            trial.run(backward);
            assertClose(gradients, trial.get(backward.dx()));
        }
    }

    private static void assertClose(double[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 2e-6, "value " + i);
        }
    }

    /**
     * Channels that find room in shared memory, several to a block, and such that do not; fewer than blocks, and more.
     */
    @ParameterizedTest
    @CsvSource({
        "2, 3, 2, 4, 4, false", "5, 2, 3, 5, 7, true", "4, 1, 1, 32, 32, true", "3, 3, 7, 1, 1, false",
        "8, 1, 3, 16, 16, false", "1, 1, 1, 2, 2, true", "30, 1, 1, 32, 32, true", "13, 1, 2, 31, 33, false",
        "900, 2, 2, 4, 7, true"})
    void batchNormIsThatInDoublePrecision(
            int batch, int workers, int channels, int height, int width, boolean relu) {
        Tensor x = new Tensor(0, channels, height, width);
        Tensor y = new Tensor(1, channels, height, width);
        Tensor dy = new Tensor(2, channels, height, width);
        Tensor dx = new Tensor(3, channels, height, width);
        Slice gamma = new Slice("gamma", 0, List.of((long) channels));
        Slice beta = new Slice("beta", channels, List.of((long) channels));
        Forward.Normalize forward = new Forward.Normalize(x, gamma, beta, Activation.of(relu), y);
        Operation backward = new Backward.Normalize(forward, dy, dx);
        ShimGpu gpu = gpu();
        try (Trial trial = new Trial(gpu, batch, workers, List.of(forward, backward), gamma, beta)) {
            float[] values = random((int) trial.memory.values(x));
            for (int k = 0; k < values.length; k++) {
                values[k] += 30; // far from 0: sums of squares would lose digits
            }
            trial.put(trial.memory.at(x), values);
            float[] scale = trial.fill(gamma);
            float[] shift = trial.fill(beta);
            trial.run(forward);
            float[] result = trial.get(y);
            trial.put(trial.memory.at(x), values);
            float[] gradient = trial.fill(dy);
            trial.run(backward);
            float[] back = trial.get(dx);
            int plane = height * width;
            int all = workers * channels;
            for (int c = 0; c < all; c++) {
                int channel = c;
                int[] places = IntStream.range(0, batch * plane)
                        .map(k -> (k / plane * all + channel) * plane + k % plane).toArray();
                int count = places.length;
                double mean = IntStream.of(places).mapToDouble(i -> values[i]).sum() / count;
                double variance = IntStream.of(places).mapToDouble(i -> Math.pow(values[i] - mean, 2)).sum() / count;
                double inverse = 1 / Math.sqrt(variance + BatchNormSpec.EPSILON);
                double[] dz = new double[count];
                double total = 0;
                double product = 0;
                for (int k = 0; k < count; k++) {
                    int i = places[k];
                    double normal = (values[i] - mean) * inverse;
                    double expected = normal * scale[c] + shift[c];
                    assertEquals(relu ? Math.max(0, expected) : expected, result[i], 2e-5);
                    dz[k] = relu && !(result[i] > 0) ? 0 : gradient[i];
                    total += dz[k];
                    product += dz[k] * normal;
                }
                assertEquals(total, trial.gradient(beta)[c], 1e-5 * count);
                assertEquals(product, trial.gradient(gamma)[c], 1e-5 * count);
                for (int k = 0; k < count; k++) {
                    double normal = (values[places[k]] - mean) * inverse;
                    double expected = scale[c] * inverse * (dz[k] - total / count - normal * product / count);
                    assertEquals(expected, back[places[k]], 1e-4 * Math.max(1, inverse));
                }
            }
            boolean fits = batch * plane <= 8192;
            assertEquals(fits, gpu.launched().contains("normalize_backward_shared"));
            assertTrue(gpu.launched().contains("normalize_backward") != fits);
        }
    }

    /**
     * Few rows and many, fewer columns than lanes, numbers that are no multiples of four, more images than 16 and 32.
     */
    @ParameterizedTest
    @CsvSource({
        "5, 3, 12, 7, true", "16, 2, 784, 40, false", "1, 1, 1, 1, false", "17, 2, 33, 10, true",
                "32, 2, 64, 130, false",
        "20, 3, 10, 5, true", "4, 1, 1000, 10, false", "3, 2, 7, 600, true", "33, 2, 20, 9, true", "8, 5, 50, 64, true",
        "31, 1, 301, 35, true", "16, 1, 96, 450, true"})
    void denseLayersAreThoseInDoublePrecision(int batch, int workers, int in, int out, boolean relu) {
        checkDenseLayer(Precision.FP32, batch, workers, in, out, relu);
    }

    /** Weights, inputs and gradients are rounded, sums are not. */
    @ParameterizedTest
    @CsvSource({
        "5, 3, 12, 7, true", "16, 2, 784, 40, false", "1, 1, 1, 1, false", "33, 2, 20, 9, true",
        "17, 2, 33, 130, true"})
    void denseLayersInBf16AreThoseOfRoundedFactors(int batch, int workers, int in, int out, boolean relu) {
        checkDenseLayer(Precision.BF16, batch, workers, in, out, relu);
    }

    private void checkDenseLayer(Precision precision, int batch, int workers, int in, int out, boolean relu) {
        Tensor x = new Tensor(0, in, 1, 1);
        Tensor y = new Tensor(1, out, 1, 1);
        Tensor dz = new Tensor(2, out, 1, 1);
        Tensor dx = new Tensor(3, in, 1, 1);
        Slice weight = new Slice("weight", 0, List.of((long) out, (long) in));
        Slice bias = new Slice("bias", weight.size(), List.of((long) out));
        Forward.Multiply forward = new Forward.Multiply(x, weight, bias, Activation.of(relu), y);
        Operation ofWeights = new Backward.MultiplyWeights(forward, dz);
        Operation ofData = new Backward.MultiplyInput(forward, dz, dx);
        ShimGpu gpu = gpu().with(precision);
        try (Trial trial = new Trial(gpu, batch, workers, List.of(forward, ofWeights, ofData), weight, bias)) {
            double[] matrix = factors(trial.fill(weight), precision);
            float[] shift = trial.fill(bias);
            double[] values = factors(trial.fill(x), precision);
            trial.run(forward);
            float[] result = trial.get(y);
            float[] sums = trial.fill(dz);
            double[] gradient = factors(sums, precision);
            trial.run(ofWeights);
            trial.run(ofData);
            float[] back = trial.get(dx);
            double[] weights = new double[matrix.length];
            double[] biases = new double[shift.length];
            for (int b = 0; b < batch; b++) {
                for (int n = 0; n < workers; n++) {
                    double[] data = new double[in];
                    for (int o = 0; o < out; o++) {
                        int place = (b * workers + n) * out + o;
                        double sum = shift[n * out + o];
                        biases[n * out + o] += sums[place];
                        for (int i = 0; i < in; i++) {
                            int at = (n * out + o) * in + i;
                            sum += matrix[at] * values[(b * workers + n) * in + i];
                            data[i] += matrix[at] * gradient[place];
                            weights[at] += gradient[place] * values[(b * workers + n) * in + i];
                        }
                        assertEquals(relu ? Math.max(0, sum) : sum, result[place], 1e-5 * Math.sqrt(in));
                    }
                    for (int i = 0; i < in; i++) {
                        assertEquals(data[i], back[(b * workers + n) * in + i], 1e-5 * Math.sqrt(out));
                    }
                }
            }
            float[] foundWeights = trial.gradient(weight);
            for (int k = 0; k < weights.length; k++) {
                assertEquals(weights[k], foundWeights[k], 1e-5 * Math.sqrt(batch));
            }
            float[] foundBiases = trial.gradient(bias);
            for (int k = 0; k < biases.length; k++) {
                assertEquals(biases[k], foundBiases[k], 1e-5 * Math.sqrt(batch));
            }
            assertEquals(batch > 32 || precision == Precision.BF16, gpu.launched().contains("multiply"));
            assertEquals(precision == Precision.BF16, gpu.launched().contains("round_values"));
        }
    }

    /** As a plain computation rounds them, which takes normal numbers only. */
    private static double[] factors(float[] values, Precision precision) {
        return IntStream.range(0, values.length).mapToDouble(k -> {
            double unit = Math.scalb(1.0, Math.getExponent(values[k]) - 7);
            return precision == Precision.BF16 ? Math.rint(values[k] / unit) * unit : values[k];
        }).toArray();
    }

    /** All exponents, ties and their neighbours, infinities and no numbers. */
    private int[] hardToRound() {
        int[] mantissas = {
            0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0x10000, 0x17FFF, 0x18000, 0x18001, 0x3F8000, 0x400000, 0x7E8000,
            0x7F0000, 0x7F7FFF, 0x7F8000, 0x7F8001, 0x7FFFFF};
        return IntStream.concat(
                IntStream.range(0, 512).flatMap(k -> IntStream.of(mantissas).map(mantissa -> k << 23 | mantissa)),
                random.ints(5001)).toArray();
    }

    /** An array of values, as bits. */
    private static long uploaded(ShimGpu gpu, int[] bits) {
        long address = gpu.allocate((long) Integer.BYTES * bits.length, "values");
        try (IntPointer host = new IntPointer(bits)) {
            gpu.upload(address, host, (long) Integer.BYTES * bits.length);
        }
        return address;
    }

    private static int[] downloaded(ShimGpu gpu, long address, int count) {
        int[] bits = new int[count];
        try (IntPointer host = new IntPointer(count)) {
            gpu.download(host, address, (long) Integer.BYTES * count);
            host.get(bits);
        }
        return bits;
    }

    private static short[] rounded(ShimGpu gpu, int[] bits) {
        short[] rounded = new short[bits.length];
        long to = gpu.allocate((long) Short.BYTES * bits.length, "rounded values");
        gpu.forEach(4, "round_values", bits.length, uploaded(gpu, bits), to);
        try (ShortPointer host = new ShortPointer(rounded)) {
            gpu.download(host, to, (long) Short.BYTES * bits.length);
            host.get(rounded);
        }
        return rounded;
    }

    /** Beside a search for the nearest. */
    @Test
    void valuesAreRoundedToTheNearestInBf16() {
        int[] bits = hardToRound();
        short[] rounded;
        try (ShimGpu gpu = gpu()) {
            rounded = rounded(gpu, bits);
        }
        double[] all = IntStream.range(0, 0x7F81).mapToDouble(k -> k == 0x7F80 ? 0x1p128
                : Float.intBitsToFloat(k << 16)).toArray(); // infinity is where the next number would be
        for (int k = 0; k < bits.length; k++) {
            float value = Float.intBitsToFloat(bits[k]);
            float found = Float.intBitsToFloat(rounded[k] << 16);
            if (Float.isNaN(value)) {
                assertTrue(Float.isNaN(found), Integer.toHexString(bits[k]));
                continue;
            }
            double size = Math.min(Math.abs((double) value), 0x1p128);
            int place = Arrays.binarySearch(all, size);
            if (place < 0) {
                int above = -place - 1;
                double left = size - all[above - 1];
                double right = all[above] - size;
                place = left < right || left == right && above % 2 == 1 ? above - 1 : above;
            }
            assertEquals(place | bits[k] >>> 31 << 15, rounded[k] & 0xFFFF, Integer.toHexString(bits[k]));
        }
    }

    /** A convolution with a single 1, of values and by values, leaves nothing but the rounding. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void convolutionsRoundToBf16AsOtherKernelsDo(boolean weights) {
        int[] bits = hardToRound();
        int[] one = {Float.floatToRawIntBits(1)};
        int count = bits.length;
        int width = weights ? 1 : count;
        ConvolutionShape shape = new ConvolutionShape(
                Pass.FORWARD, 1, 1, new Filter(1, weights ? count : 1, 1, 1, 0), 1, width, 1, width);
        try (ShimGpu gpu = gpu().large(Precision.BF16)) {
            short[] rounded = rounded(gpu, bits);
            long x = uploaded(gpu, weights ? one : bits);
            long w = uploaded(gpu, weights ? bits : one);
            long y = uploaded(gpu, new int[count]);
            for (ConvolutionWay way : OwnWay.candidates(gpu, shape, 0, 0)) {
                way.launch(new ConvolutionWay.Operands(x, w, 0, false, 0, y));
                int[] found = downloaded(gpu, y, count);
                for (int k = 0; k < count; k++) {
                    float expected = Float.intBitsToFloat(rounded[k] << 16);
                    float value = Float.intBitsToFloat(found[k]);
                    assertTrue(expected == value || Float.isNaN(expected) && Float.isNaN(value),
                            way.name() + ": " + Integer.toHexString(bits[k]) + " is " + value);
                }
            }
            assertTrue(gpu.launched().contains("convolve_bf16_16x256"));
        }
    }

    /** Of the replicas before the last, whose values would be more than 2^32, there are none that could be used. */
    @Test
    void patchesOfTensorsBeyond32BitsAreFound() {
        int first = 320_000;
        int channels = 4;
        int edge = 64;
        int plane = edge * edge;
        int count = channels * plane;
        long before = (long) Float.BYTES * first * count;
        int[] bits = random.ints(count, 0, 0x7F800000).toArray();
        int[] none = new int[count];
        List<Integer> sizes = PatchWay.sizes(new ConvolutionShape(Pass.FORWARD, 1, first + 1,
                new Filter(channels, 1, 1, 1, 0), edge, edge, edge, edge));
        try (ShimGpu gpu = gpu()) {
            long values = uploaded(gpu, bits);
            long patches = uploaded(gpu, none);
            gpu.forEach(4, new SizedKernel("gather_patches", sizes), count, values - before, patches, first,
                    first + 1);
            assertArrayEquals(bits, downloaded(gpu, patches, count));
            long outcomes = uploaded(gpu, none);
            gpu.forEachRow(4, "gather_outcomes", channels, plane, values - before, outcomes, first, first + 1,
                    channels, plane, Divisor.of(plane));
            assertArrayEquals(bits, downloaded(gpu, outcomes, count));
            long y = uploaded(gpu, none);
            gpu.forEachRow(4, "scatter_outcomes", channels, plane, values, 0L, y - before, first, first + 1, channels,
                    plane, Divisor.of(plane), 0);
            assertArrayEquals(bits, downloaded(gpu, y, count));
            long dx = uploaded(gpu, none);
            gpu.forEach(1, new SizedKernel("sum_patches", sizes), count, values, dx - before, first, first + 1);
            assertArrayEquals(bits, downloaded(gpu, dx, count));
        }
    }

    /** Widths that are multiples of four and others, strides, no padding; some replicas at a time, and all. */
    @ParameterizedTest
    @CsvSource({
        "FP32, 2, 3, 3, 5, 3, 1, 1, 8, 8", "BF16, 2, 3, 3, 5, 3, 1, 1, 8, 8", "BF16, 3, 2, 4, 7, 3, 2, 1, 9, 7",
        "BF16, 1, 4, 16, 8, 1, 2, 0, 6, 5", "BF16, 4, 5, 8, 16, 3, 1, 1, 12, 12", "FP32, 4, 5, 8, 16, 3, 1, 1, 12, 12",
        "BF16, 1, 2, 2, 3, 5, 1, 2, 4, 4", "FP32, 2, 3, 2, 3, 3, 2, 1, 11, 11", "FP32, 2, 2, 1, 2, 10, 3, 4, 14, 14"})
    void patchesAreConvolvedAsInDoublePrecision(Precision precision, int batch, int workers, int in, int out,
            int kernel, int stride, int padding, int height, int width) {
        Filter filter = new Filter(in, out, kernel, stride, padding);
        Tensor x = new Tensor(0, in, height, width);
        Tensor y = new Tensor(1, out, (int) filter.outputSize(height), (int) filter.outputSize(width));
        Tensor dz = new Tensor(2, out, y.height(), y.width());
        Tensor dx = new Tensor(3, in, height, width);
        Slice weight = new Slice("weight", 0, List.of((long) out, (long) in, (long) kernel, (long) kernel));
        Slice bias = new Slice("bias", weight.size(), List.of((long) out));
        Forward.Convolve forward = new Forward.Convolve(x, weight, bias, filter, Activation.NONE, y);
        Operation ofWeights = new Backward.ConvolveWeights(forward, dz);
        Operation ofData = new Backward.ConvolveInput(forward, dz, Activation.NONE, dx);
        ShimGpu gpu = gpu().with(precision);
        try (Trial trial = new Trial(gpu, batch, workers, List.of(forward, ofWeights, ofData), weight, bias)) {
            float[] kernels = trial.fill(weight);
            float[] shift = trial.fill(bias);
            float[] values = trial.fill(x);
            trial.run(forward);
            float[] result = trial.get(y);
            float[] gradient = trial.fill(dz);
            trial.run(ofWeights);
            trial.run(ofData);
            double[] w = factors(kernels, precision);
            double[] a = factors(values, precision);
            double[] dy = factors(gradient, precision);
            double[] sums = new double[dy.length];
            double[] weights = new double[w.length];
            double[] data = new double[a.length];
            int plane = y.height() * y.width();
            int taps = in * kernel * kernel;
            for (int o = 0; o < dy.length; o++) {
                int channel = o / plane % (workers * out);
                sums[o] += shift[channel];
                for (int tap = 0; tap < taps; tap++) {
                    int row = o / y.width() % y.height() * stride + tap / kernel % kernel - padding;
                    int column = o % y.width() * stride + tap % kernel - padding;
                    if (row >= 0 && row < height && column >= 0 && column < width) {
                        int source = channel / out * in + tap / (kernel * kernel);
                        int from = ((o / plane / (workers * out) * workers * in + source) * height + row) * width
                                + column;
                        sums[o] += a[from] * w[channel * taps + tap];
                        weights[channel * taps + tap] += a[from] * dy[o];
                        data[from] += w[channel * taps + tap] * dy[o];
                    }
                }
            }
            assertClose(sums, result, 1e-6 * taps);
            assertClose(weights, trial.gradient(weight), 1e-6 * batch * plane);
            assertClose(data, trial.get(dx), 1e-6 * taps * out);
            assertEquals(precision == Precision.BF16, gpu.launched().contains("gather_patches_bf16"));
            assertEquals(precision == Precision.BF16, !gpu.launched().contains("gather_patches"));
            assertEquals(precision == Precision.BF16, gpu.launched().contains("gather_outcomes_bf16"));
        }
    }

    /** Several channels to a block, with blocks that are not full, and one; pixels that are no multiple of four. */
    @ParameterizedTest
    @CsvSource({
        "16, 2, 37, 2, 2", "16, 3, 5, 4, 4", "2, 1, 3, 8, 8", "16, 1, 3, 16, 16", "1, 3, 33, 1, 2", "5, 2, 7, 3, 3",
        "3, 1, 2, 31, 33"})
    void biasGradientsAreSumsInDoublePrecision(int batch, int workers, int channels, int height, int width) {
        Tensor x = new Tensor(0, 1, height, width);
        Tensor y = new Tensor(1, channels, height, width);
        Tensor dz = new Tensor(2, channels, height, width);
        Slice weight = new Slice("weight", 0, List.of((long) channels, 1L, 1L, 1L));
        Slice bias = new Slice("bias", weight.size(), List.of((long) channels));
        Filter filter = new Filter(1, channels, 1, 1, 0);
        Forward.Convolve forward = new Forward.Convolve(x, weight, bias, filter, Activation.NONE, y);
        Operation backward = new Backward.ConvolveWeights(forward, dz);
        try (Trial trial = new Trial(gpu(), batch, workers, List.of(forward, backward), weight, bias)) {
            trial.fill(x);
            float[] gradient = trial.fill(dz);
            trial.run(backward);
            double[] sums = new double[workers * channels];
            for (int k = 0; k < gradient.length; k++) {
                sums[k / (height * width) % sums.length] += gradient[k];
            }
            assertClose(sums, trial.gradient(bias), 1e-7 * batch * height * width);
            assertTrue(trial.gpu.launched().contains("bias_gradient"));
        }
    }

    private static void assertClose(double[] expected, float[] actual, double tolerance) {
        for (int k = 0; k < expected.length; k++) {
            assertEquals(expected[k], actual[k], tolerance);
        }
    }

    /** What is no result takes two bytes. */
    @Test
    void patchesInBf16TakeFewerBytes() {
        Filter filter = new Filter(16, 32, 3, 1, 1);
        long outcomes = 4L * 8 * 8;
        long taps = 9 * 16;
        for (Pass pass : Pass.values()) {
            ConvolutionShape shape = new ConvolutionShape(pass, 4, 3, filter, 8, 8, 8, 8);
            assertEquals(4 * outcomes * (taps + 32) + 256, PatchWay.bytes(shape, Element.FP32));
            assertEquals(outcomes * switch (pass) {
                case FORWARD -> 2 * taps + 4 * 32;
                case WEIGHTS -> 2 * taps + 2 * 32;
                case DATA -> 4 * taps + 2 * 32;
            } + 256, PatchWay.bytes(shape, Element.BF16));
        }
        Tensor x = new Tensor(0, 16, 8, 8);
        Tensor y = new Tensor(1, 32, 8, 8);
        Slice weight = new Slice("weight", 0, List.of(32L, 16L, 3L, 3L));
        Forward.Convolve forward = new Forward.Convolve(x, weight, null, filter, Activation.NONE, y);
        Operation backward = new Backward.ConvolveWeights(forward, y);
        try (Trial whole = new Trial(gpu(), 4, 1, List.of(forward, backward), weight);
                Trial half = new Trial(gpu().with(Precision.BF16), 4, 1, List.of(forward, backward), weight)) {
            assertEquals(4 * outcomes * (taps + 32) + 256, whole.workspace.bytes());
            assertEquals(outcomes * (2 * taps + 4 * 32) + 256, half.workspace.bytes());
        }
    }
}
