package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.NaiveUpdate;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import dev.gossamer.model.PooledNet;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** The CUDA device's replicas on a stand-in for the GPU, which runs its kernels, beside the reference device. */
class CudaReplicasTest {

    private static final int CLASSES = 10;
    private static final Update RULE = Rules.descent(0.9, 1e-3, 0.95);
    private static Path shim;

    @BeforeAll
    static void compileTheKernels() throws IOException, InterruptedException {
        shim = Shim.compile();
    }

    private static Program program(String model, double width, double dropout, ImageShape images, boolean training) {
        Network network = model.equals("pooled") ? PooledNet.network(width) : Network.of(model, width, dropout);
        return Compiler.compile(network.configuration(images, CLASSES, 7, DataType.FLOAT), images, training);
    }

    private static Batch batch(Random random, int workers, int size, ImageShape shape) {
        return Batch.of(images(shape, workers * size, random), workers);
    }

    private static float[] row(Replicas replicas, Stored matrix, int worker, long d) {
        FloatBuffer row = FloatBuffer.allocate((int) d);
        replicas.matrices().read(matrix, worker, row);
        return row.array();
    }

    /** Row i gets random values of a scale that keeps activations moderate; the same on both devices. */
    private static void fill(Random random, Replicas first, Replicas second, Stored matrix, int worker, long d) {
        float[] values = new float[(int) d];
        for (int k = 0; k < d; k++) {
            values[k] = (float) (0.2 * random.nextGaussian());
        }
        first.matrices().write(matrix, worker, FloatBuffer.wrap(values));
        second.matrices().write(matrix, worker, FloatBuffer.wrap(values));
    }

    @ParameterizedTest
    @CsvSource({
        "vgg-11,    0.05, 0.5, 32, 2, 3, own",
        "vgg-11,    0.02, 0.3, 32, 3, 2, cudnn",
        "resnet-20, 0.25, 0,   9,  3, 2, patches",
        "resnet-20, 0.3,  0,   8,  2, 2, own",
        "resnet-20-evonorm, 0.25, 0, 8, 2, 2, patches",
        "resnet-20-groupnorm, 0.25, 0, 9, 2, 2, patches",
        "lenet-groupnorm, 0.1, 0, 12, 2, 2, patches",
        "wide-resnet-16-4, 0.1, 0, 8, 2, 2, patches",
        "vit-tiny,  0.25, 0,   8,  2, 2, patches",
        "pooled,    0.5,  0,   8,  2, 3, patches",
        "mlp,       0.01, 0,   8,  3, 5, patches",
        "linear,    1,    0,   8,  2, 4, patches"})
    void gradientsAreThoseOfTheReference(
            String model, double width, double dropout, int size, int workers, int images, String way) {
        ImageShape shape = new ImageShape(3, size, size);
        Program training = program(model, width, dropout, shape, true);
        Program evaluation = program(model, width, dropout, shape, false);
        Random random = new Random(1);
        ShimGpu gpu = new ShimGpu(shim, way);
        try (Replicas actual = gpu.load(training, evaluation, workers, RULE);
                Replicas expected = HostDevice.reference().load(training, evaluation, workers, RULE)) {
            for (int i = 0; i < workers; i++) {
                fill(random, actual, expected, RULE.parameters(), i, training.size());
            }
            Batch batch = batch(random, workers, images, shape);
            long[] seeds = random.longs(workers).toArray();
            double[] actualLosses = new double[workers];
            double[] losses = new double[workers];
            actual.gradients().compute(batch, seeds, actualLosses);
            gpu.launched().clear();
            actual.gradients().compute(batch, seeds, actualLosses);
            expected.gradients().compute(batch, seeds, losses);
            for (int i = 0; i < workers; i++) {
                assertEquals(losses[i], actualLosses[i], 1e-4 * losses[i]);
                assertTrue(difference(row(expected, RULE.gradients(), i, training.size()),
                        row(actual, RULE.gradients(), i, training.size())) < 1e-3, "gradients of worker " + i);
            }
            boolean convolutional = !model.equals("mlp") && !model.equals("linear");
            assertEquals(convolutional && way.equals("cudnn"), gpu.launched().contains("convolve"));
            assertEquals(convolutional && way.equals("patches"), gpu.launched().contains("gather_patches"));
            assertEquals(convolutional && way.equals("own"),
                    gpu.launched().stream().anyMatch(kernel -> kernel.startsWith("weights_gradient_")));
        }
    }

    /** What the GPU makes of draws is, bit for bit, what the host makes of them. */
    @ParameterizedTest
    @CsvSource({"none, false", "none, true", "crop+flip, false", "crop+flip, true", "cutout-3, false",
        "crop+flip+cutout-4, true"})
    void drawnImagesAreThoseOfTheHost(String augmentation, boolean features) {
        ImageShape shape = new ImageShape(3, 7, 6);
        int workers = 3;
        int size = 16;
        Program program = program("linear", 1, 0, shape, true);
        ImageSet images = images(shape, 40, new Random(4));
        BatchSampler batches = new BatchSampler(features ? NoiseImages.asFeatures(images) : images,
                Augmentation.parse(augmentation), Partition.SHARED, workers, size, 1);
        ShimGpu gpu = new ShimGpu(shim, "patches");
        try (gpu; FloatPointer values = new FloatPointer((long) workers * size * shape.size())) {
            CudaMatrices matrices = new CudaMatrices(
                    gpu, ParameterLayout.ofAll(program.parameters(), workers), RULE, gpu.profile());
            LoadedProgram loaded = new Loader(gpu, gpu.settings()).load(
                    "training", program, size, matrices.parameterMatrix(), matrices.address(RULE.gradients()));
            Trainer trainer = new Trainer(gpu, loaded, new ImageSets(gpu));
            for (int t = 0; t < 3; t++) {
                Batch batch = batches.at(t);
                trainer.run(batch, new long[workers], new double[workers]);
                gpu.download(values, loaded.input(), Float.BYTES * values.capacity());
                for (int image = 0; image < workers * size; image++) {
                    FloatBuffer expected = FloatBuffer.allocate(shape.size());
                    batch.draws().render(image, 1, expected);
                    float[] actual = new float[shape.size()];
                    int place = image % size * workers + image / size;
                    values.getPointer((long) place * shape.size()).get(actual);
                    assertArrayEquals(expected.array(), actual);
                }
            }
        }
    }

    private static ImageSet images(ImageShape shape, int count, Random random) {
        return NoiseImages.of(random, shape, count, CLASSES);
    }

    /**
     * All rows of the matrices, bit for bit: sums are taken in the same order. Sizes of weights are a multiple of 4 in
     * the linear model; those of biases, and of all of an mlp's tensors with 53 hidden units, are not. The checksums
     * are those of a kernel written by hand for this algorithm alone, before kernels were made of updates.
     */
    @ParameterizedTest
    @CsvSource({
        "ring, 7, true, linear, 70c05be8",
        "fully-connected, 6, true, linear, 4b626550",
        "solo, 1, true, mlp, bc248e8",
        "time-varying-exponential, 8, false, mlp, e8143875",
        "star, 300, true, linear, 40dc5530",
        "ring, 1600, false, linear, 5456f42e",
        "ring, 7, true, mlp, a17af5ff",
        "star, 300, true, mlp, 78dd49c",
        "ring, 33, false, linear, c43d5e38",
        "ring, 130, true, mlp, 7cc4f058"})
    void updatesAreThoseOfTheHost(String topology, int workers, boolean ema, String model, String checksum) {
        ImageShape shape = new ImageShape(1, 1, 22);
        Program training = program(model, 0.0106, 0, shape, true);
        Random random = new Random(2);
        Update rule = Rules.descent(0.9, 1e-3, ema ? 0.95 : 0);
        ShimGpu gpu = new ShimGpu(shim, "patches");
        try (Replicas actual = gpu.load(training, training, workers, rule);
                Replicas expected = HostDevice.cpu(1).load(training, training, workers, rule)) {
            for (Stored matrix : rule.stored()) {
                for (int i = 0; i < workers; i++) {
                    fill(random, actual, expected, matrix, i, training.size());
                }
            }
            for (int t = 0; t < 3; t++) {
                MixingMatrix mixing = Topologies.parse(topology, workers).at(t);
                Clock clock = new Clock(t, 0.1 / (1 + t));
                actual.matrices().step(clock, mixing);
                expected.matrices().step(clock, mixing);
            }
            CRC32 bits = new CRC32();
            for (Stored matrix : rule.stored()) {
                for (int i = 0; i < workers; i += 1 + workers / 10) {
                    float[] row = row(actual, matrix, i, training.size());
                    assertArrayEquals(row(expected, matrix, i, training.size()), row,
                            topology + " " + matrix + " " + i);
                    for (float value : row) {
                        bits.update(ByteBuffer.allocate(Float.BYTES).putFloat(value).flip());
                    }
                }
            }
            assertEquals(checksum, Long.toHexString(bits.getValue()), topology + " " + workers + " " + model);
            double distance = expected.matrices().consensusDistance(rule.parameters());
            assertEquals(distance, actual.matrices().consensusDistance(rule.parameters()), 1e-12 * distance);
        }
    }

    /**
     * Any update is bit for bit that of the host, but for the order of sums, and nearly that of its formulas in double
     * precision.
     */
    @ParameterizedTest
    @MethodSource("updates")
    void anyUpdateIsCarriedOut(String name) {
        ImageShape shape = new ImageShape(1, 1, 22);
        int workers = 5;
        Update rule = TestUpdates.of(name);
        Scheme scheme = TestUpdates.scheme(name, workers);
        boolean hasSums = rule.traces().stream().flatMap(trace -> trace.compressed().stream())
                .anyMatch(Measurement::isSum);
        Random random = new Random(name.hashCode());
        for (String model : new String[] {"linear", "mlp"}) {
            Program training = program(model, 0.0106, 0, shape, true);
            int d = (int) training.size();
            try (Replicas actual = new ShimGpu(shim, "patches").load(training, training, workers, rule);
                    Replicas expected = HostDevice.cpu(1).load(training, training, workers, rule)) {
                Map<Stored, double[][]> start = new HashMap<>();
                for (Stored matrix : rule.stored()) {
                    double[][] rows = new double[workers][d];
                    for (int i = 0; i < workers; i++) {
                        fill(random, actual, expected, matrix, i, d);
                        rows[i] = doubles(row(expected, matrix, i, d));
                        if (matrix.name().equals("second-moments")) { // squares, of which Adam takes roots
                            rows[i] = Arrays.stream(rows[i]).map(Math::abs).toArray();
                            actual.matrices().write(matrix, i, FloatBuffer.wrap(floats(rows[i])));
                            expected.matrices().write(matrix, i, FloatBuffer.wrap(floats(rows[i])));
                        }
                    }
                    start.put(matrix, rows);
                }
                NaiveUpdate naive = new NaiveUpdate(rule, start,
                        training.parameters().stream().mapToInt(slice -> (int) slice.size()).toArray());
                for (int t = 0; t < 3; t++) {
                    MixingMatrix mixing = scheme.at(rule.exchange(t));
                    Clock clock = new Clock(t, 0.1 / (1 + t), scheme, 3);
                    actual.matrices().step(clock, mixing);
                    expected.matrices().step(clock, mixing);
                    naive.step(clock, mixing.toDense());
                }
                for (Stored matrix : rule.stored()) {
                    for (int i = 0; i < workers; i++) {
                        float[] row = row(actual, matrix, i, d);
                        assertArrayEquals(row(expected, matrix, i, d), row, hasSums ? 1e-6f : 0,
                                model + " " + matrix + " " + i);
                        for (int k = 0; k < d; k++) {
                            double exact = naive.get(matrix)[i][k];
                            assertEquals(exact, row[k], 1e-4 * (1 + Math.abs(exact)), model + " " + matrix + " " + i);
                        }
                    }
                }
            }
        }
    }

    /** Of values that are equal, the first are kept; rows of many pieces, among them some of zeros. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsKeptIsWhatTheDefinitionSays(boolean byTensor) {
        int workers = 3;
        Update rule = TestUpdates.of(byTensor ? "selections-tensors" : "selections");
        Program training = program("linear", 1, 0, new ImageShape(3, 32, 32), true);
        int d = (int) training.size();
        Random random = new Random(9);
        try (Replicas actual = new ShimGpu(shim, "patches").load(training, training, workers, rule)) {
            double[][] gradients = new double[workers][d];
            for (int i = 0; i < workers; i++) {
                double spread = 3 * i;
                Arrays.setAll(gradients[i], k -> Math.rint(spread * random.nextGaussian()));
                actual.matrices().write(rule.gradients(), i, FloatBuffer.wrap(floats(gradients[i])));
            }
            Clock clock = new Clock(4, 0.1, null, 77);
            actual.matrices().step(clock, MixingMatrix.identity(workers));
            for (int i = 0; i < workers; i++) {
                int weights = byTensor ? (int) training.parameters().get(0).size() : d;
                for (Kept matrix : rule.kept()) {
                    Compression compression = ((Value.Compressed) matrix.next()).compression();
                    double[] first = Arrays.copyOf(gradients[i], weights);
                    double[] rest = Arrays.copyOfRange(gradients[i], weights, d);
                    compression.compress(first, 0, compression.bits().row(clock, i));
                    if (byTensor) {
                        compression.compress(rest, weights, compression.bits().row(clock, i));
                    }
                    double[] all = DoubleStream.concat(Arrays.stream(first), Arrays.stream(rest)).toArray();
                    assertArrayEquals(all, doubles(row(actual, matrix, i, d)), 0, compression + " " + i);
                }
            }
        }
    }

    @Test
    void otherRandomBitsAreRefused() {
        Update rule = Update.of(step -> step.parameters().becomes(step.compressed(
                step.gradients(), new Compression.RandomK(0.5, 1, false, (clock, worker) -> column -> column))));
        Program program = program("linear", 1, 0, new ImageShape(1, 1, 1), true);
        try (ShimGpu gpu = new ShimGpu(shim, "patches")) {
            assertTrue(assertThrows(CudaException.class, () -> new CudaMatrices(
                    gpu, ParameterLayout.ofAll(program.parameters(), 2), rule, gpu.profile())).getMessage()
                    .startsWith("a GPU compresses with random bits of RandomBits.counted only, got "));
        }
    }

    /** Where workers combine first, X is mixed and has no distance; below an average, too. */
    @ParameterizedTest
    @ValueSource(strings = {"COMBINE_THEN_ADAPT", "average-of-local"})
    void theConsensusDistanceIsThatOfTheModels(String name) {
        int workers = 5;
        Update rule = TestUpdates.of(name);
        Random random = new Random(8);
        Program training = program("mlp", 0.0106, 0, new ImageShape(1, 1, 22), true);
        int d = (int) training.size();
        try (Replicas actual = new ShimGpu(shim, "patches").load(training, training, workers, rule);
                Replicas same = HostDevice.cpu(1).load(training, training, workers, rule)) {
            for (int t = 0; t < 3; t++) {
                for (int i = 0; i < workers; i++) {
                    fill(random, actual, same, rule.gradients(), i, d);
                }
                actual.matrices().step(new Clock(t, 0.1), MixingMatrix.uniform(workers));
            }
            double[][] rows = new double[workers][];
            Arrays.setAll(rows, i -> doubles(row(actual, rule.kept("local"), i, d)));
            double expected = 0;
            for (int k = 0; k < d; k++) {
                int column = k;
                double mean = Arrays.stream(rows).mapToDouble(row -> row[column]).average().orElseThrow();
                expected += Arrays.stream(rows).mapToDouble(row -> Math.pow(row[column] - mean, 2)).sum() / workers;
            }
            assertTrue(expected > 1e-2, expected + " for workers with their own gradients");
            assertEquals(expected, actual.matrices().consensusDistance(rule.models()), 1e-9 * expected);
            assertEquals(0, actual.matrices().consensusDistance(rule.parameters()), 1e-9);
        }
    }

    static List<String> updates() {
        return TestUpdates.names();
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(k -> values[k]).toArray();
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int k = 0; k < floats.length; k++) {
            floats[k] = (float) values[k];
        }
        return floats;
    }

    /** 119 images are three chunks of 39 or 40; 400 and 401 are several at once, and some that are not. */
    @ParameterizedTest
    @CsvSource({"20, 3, mlp, 0.01, 4", "119, 2, mlp, 0.01, 4", "400, 3, mlp, 0.01, 4", "401, 2, mlp, 0.01, 4",
        "119, 2, pooled, 0.5, 8"})
    void scoresAreThoseOfTheReference(int count, int workers, String model, double width, int size) {
        ImageShape shape = new ImageShape(3, size, size);
        Program training = program(model, width, 0, shape, true);
        Program evaluation = program(model, width, 0, shape, false);
        Random random = new Random(3);
        ImageSet images = images(shape, count, random);
        ImageSet features = NoiseImages.asFeatures(images);
        try (Replicas actual = new ShimGpu(shim, "patches").load(training, evaluation, workers, RULE);
                Replicas expected = HostDevice.reference().load(training, evaluation, workers, RULE)) {
            for (Kept matrix : List.of(RULE.parameters(), RULE.evaluated())) {
                for (int i = 0; i < workers; i++) {
                    fill(random, actual, expected, matrix, i, training.size());
                }
                for (int worker : new int[] {workers - 1, Scoring.MEAN, 0}) {
                    Score score = expected.scoring().score(matrix, worker, images);
                    assertEquals(score.loss(), actual.scoring().score(matrix, worker, images).loss(),
                            1e-5 * score.loss());
                    assertEquals(score.accuracy(), actual.scoring().score(matrix, worker, images).accuracy(), 1e-9);
                    assertEquals(score.predicted(), actual.scoring().score(matrix, worker, images).predicted());
                    assertEquals(actual.scoring().score(matrix, worker, images),
                            actual.scoring().score(matrix, worker, features));
                }
            }
        }
    }

    /** The kernels count values in 32 bits; nothing is reserved for it. */
    @Test
    void aTensorOfTooManyValuesIsRefused() {
        Program program = program("linear", 1, 0, new ImageShape(3, 32, 32), true);
        try (ShimGpu gpu = new ShimGpu(shim, "patches")) {
            ParameterMatrix none = new CudaMatrices(
                    gpu, ParameterLayout.ofAll(program.parameters(), 4), RULE, gpu.profile()).parameterMatrix();
            long before = gpu.allocated();
            int batch = (1 << 29) / (3 * 32 * 32) + 1;
            assertTrue(assertThrows(CudaException.class, () -> new ProgramMemory(gpu, program, batch, none, 0))
                    .getMessage().contains("is more than the 2^31 - 1 that are possible: use smaller batches or fewer"
                            + " workers"));
            assertEquals(before, gpu.allocated());
        }
    }

    /** A block of the update has at least 4 columns of all rows that are mixed in its shared memory. */
    @Test
    void moreWorkersThanABlockCanMixAreRefused() {
        Program program = program("linear", 1, 0, new ImageShape(1, 1, 1), true);
        try (ShimGpu gpu = new ShimGpu(shim, "patches")) {
            assertRefused(gpu, program, RULE, gpu.sharedBytes() / 16);
            assertRefused(gpu, program, TestUpdates.of("gradient-tracking-ADAPT_THEN_COMBINE"), gpu.sharedBytes() / 32);
        }
    }

    private static void assertRefused(ShimGpu gpu, Program program, Update rule, int most) {
        CudaException refusal = assertThrows(CudaException.class, () -> new CudaMatrices(
                gpu, ParameterLayout.ofAll(program.parameters(), most + 1), rule, gpu.profile()));
        assertEquals("this GPU mixes at most " + most + " workers, got " + (most + 1), refusal.getMessage());
    }

    /** What the engine says that it takes is what it does take, in training and evaluation. */
    @ParameterizedTest
    @CsvSource({"4, average, FP32", "30, descent, FP32", "4, average, BF16", "9, beer, FP32"})
    void theMemoryIsTheOneThatIsAnnounced(int workers, String update, Precision precision) {
        ImageShape shape = new ImageShape(3, 8, 8);
        ShimGpu gpu = new ShimGpu(shim, "patches").with(precision);
        Update rule = TestUpdates.of(update);
        Random random = new Random(5);
        try (Replicas replicas = gpu.load(program("mlp", 0.1, 0, shape, true),
                program("mlp", 0.1, 0, shape, false), workers, rule)) {
            replicas.gradients().prepare(200);
            replicas.scoring().score(rule.parameters(), 0, images(shape, 800, random));
            long announced = StackedEngine.bytesOfAll(
                    Network.of("mlp", 0.1, 0)
                .configuration(shape, CLASSES, 7, DataType.FLOAT), shape, workers, 200, rule,
                    precision == Precision.BF16);
            long workspace = replicas.gradients().preparation().orElseThrow().workspace();
            assertEquals(announced, gpu.allocated() - workspace, 0.12 * announced);
        }
    }

    /** Of any row that is written, after updates, and of what is evaluated; without BF16 products there is no copy. */
    @ParameterizedTest
    @CsvSource({"7, 3", "5, 2", "17, 40"})
    void theCopyInBf16IsThatOfTheParameters(int workers, int width) {
        Program program = program("linear", 1, 0, new ImageShape(1, 3, width), true);
        Random random = new Random(6);
        for (Precision precision : Precision.values()) {
            ShimGpu gpu = new ShimGpu(shim, "patches").with(precision);
            try (gpu) {
                CudaMatrices matrices = new CudaMatrices(
                        gpu, ParameterLayout.ofAll(program.parameters(), workers), RULE, gpu.profile());
                ParameterMatrix parameters = matrices.parameterMatrix();
                assertEquals(precision == Precision.BF16, parameters.rounded() != 0);
                if (precision != Precision.BF16) {
                    continue;
                }
                for (int i = 0; i < workers; i++) {
                    for (Stored matrix : RULE.stored()) {
                        matrices.write(matrix, i, FloatBuffer.wrap(gaussian(random, (int) program.size())));
                    }
                    checkTheCopy(gpu, parameters);
                }
                for (int t = 0; t < 3; t++) {
                    matrices.step(new Clock(t, 0.1), Topologies.parse("ring", workers).at(t));
                    checkTheCopy(gpu, parameters);
                }
                ParameterMatrix evaluated = ParameterMatrix.allocate(
                        gpu, ParameterLayout.ofAll(program.parameters(), 3), "the parameters to evaluate");
                for (Kept matrix : List.of(RULE.parameters(), RULE.evaluated())) {
                    matrices.copyRow(matrix, workers - 1, evaluated);
                    checkTheCopy(gpu, evaluated);
                    matrices.copyMean(matrix, evaluated);
                    checkTheCopy(gpu, evaluated);
                }
            }
        }
    }

    private static float[] gaussian(Random random, int count) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void checkTheCopy(ShimGpu gpu, ParameterMatrix matrix) {
        int count = (int) matrix.layout().columns() * matrix.layout().rows();
        float[] values = new float[count];
        short[] copy = new short[count];
        try (FloatPointer first = new FloatPointer(count); ShortPointer second = new ShortPointer(count)) {
            gpu.download(first, matrix.values(), (long) Float.BYTES * count);
            gpu.download(second, matrix.rounded(), (long) Short.BYTES * count);
            first.get(values);
            second.get(copy);
        }
        int others = 0;
        for (int k = 0; k < count; k++) {
            double unit = Math.scalb(1.0, Math.getExponent(values[k]) - 7);
            assertEquals(Math.rint(values[k] / unit) * unit, Float.intBitsToFloat(copy[k] << 16));
            others += values[k] == 0 ? 0 : 1;
        }
        assertTrue(others > 0, "all are zero");
    }

    /** Of some sizes, by turns, more than are kept: memory is used again, and no step reads what is not its own. */
    @Test
    void newMixingMatricesTakeNoMoreMemory() {
        Program program = program("linear", 1, 0, new ImageShape(1, 1, 2), true);
        int workers = 6;
        Update rule = Rules.descent(0.9, 1e-3, 0);
        Random random = new Random(7);
        ShimGpu gpu = new ShimGpu(shim, "patches");
        try (Replicas actual = gpu.load(program, program, workers, rule);
                Replicas expected = HostDevice.cpu(1).load(program, program, workers, rule)) {
            for (Stored matrix : rule.stored()) {
                for (int i = 0; i < workers; i++) {
                    fill(random, actual, expected, matrix, i, program.size());
                }
            }
            long allocated = 0;
            for (int t = 0; t < 3000; t++) {
                String topology = List.of("ring", "fully-connected", "solo").get(random.nextInt(3));
                MixingMatrix mixing = Topologies.parse(topology, workers).at(t);
                Clock clock = new Clock(t, 0.1);
                actual.matrices().step(clock, mixing);
                expected.matrices().step(clock, mixing);
                allocated = t == 1500 ? gpu.allocated() : allocated;
            }
            assertTrue(gpu.allocated() < allocated + (32 << 10), gpu.allocated() + " after " + allocated);
            for (int i = 0; i < workers; i++) {
                assertArrayEquals(row(expected, rule.parameters(), i, program.size()),
                        row(actual, rule.parameters(), i, program.size()));
            }
        }
    }

    /** A step returns before it is done; who measures it waits. */
    @Test
    void aStepIsWaitedForWhereAsked() {
        Program program = program("linear", 1, 0, new ImageShape(1, 2, 2), true);
        ShimGpu gpu = new ShimGpu(shim, "patches");
        try (Replicas replicas = gpu.load(program, program, 2, RULE)) {
            MixingMatrix mixing = Topologies.parse("ring", 2).at(0);
            replicas.matrices().step(new Clock(0, 0.1), mixing);
            gpu.launched().clear();
            replicas.matrices().step(new Clock(0, 0.1), mixing);
            String update = UpdateKernel.all(RULE).get(0).name();
            assertEquals(Set.of(update), gpu.launched());
            replicas.matrices().await();
            assertEquals(Set.of(update, "await"), gpu.launched());
        }
    }

    @Test
    void thereAreNoOtherWorkersThanItsOwn() {
        Program program = program("linear", 1, 0, new ImageShape(1, 2, 2), true);
        try (Replicas replicas = new ShimGpu(shim, "patches").load(program, program, 2, RULE)) {
            for (int worker : new int[] {-1, 2}) {
                assertThrows(IndexOutOfBoundsException.class, () -> row(replicas, RULE.kept("momenta"), worker, 50));
                assertThrows(IndexOutOfBoundsException.class,
                        () -> replicas.matrices().write(RULE.kept("momenta"), worker, FloatBuffer.allocate(50)));
            }
        }
    }

    private static double difference(float[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        for (int k = 0; k < expected.length; k++) {
            difference += Math.pow((double) expected[k] - actual[k], 2);
            norm += Math.pow(expected[k], 2);
        }
        return Math.sqrt(difference / norm);
    }
}
