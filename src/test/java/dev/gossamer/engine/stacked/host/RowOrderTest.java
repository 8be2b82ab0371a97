package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.RandomBits;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.ChocoSgd;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Topologies;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Rows in oneDNN's order beside the reference, whose rows are in C order. */
class RowOrderTest {

    private static final ImageShape IMAGES = new ImageShape(3, 16, 16);
    private static final int WORKERS = 3;

    /** With convolutions of 16 channels and more, and of three. */
    private static Program program(String model, boolean training) {
        ImageShape images = model.equals("vgg-11") ? new ImageShape(3, 32, 32) : IMAGES;
        return Compiler.compile(
                Network.of(model, 1, 0).configuration(images, 10, 1, DataType.FLOAT), images, training);
    }

    private static float[] random(Program program, int seed) {
        Random random = new Random(seed);
        float[] values = new float[(int) program.size()];
        for (int k = 0; k < values.length; k++) {
            values[k] = 0.1f * (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] read(Replicas replicas, Stored matrix, int worker) {
        FloatBuffer row = FloatBuffer.allocate((int) replicas.matrices().parameters());
        replicas.matrices().read(matrix, worker, row);
        assertEquals(0, row.remaining());
        return row.array();
    }

    private static Replicas replicas(HostDevice device, Program training, Update rule) {
        Replicas replicas = device.load(training, program("resnet-20", false), WORKERS, rule);
        for (int i = 0; i < WORKERS; i++) {
            replicas.matrices().write(rule.parameters(), i, FloatBuffer.wrap(random(training, i)));
        }
        return replicas;
    }

    @Test
    void rowsAreReadAsTheyWereWritten() {
        Program training = program("resnet-20", true);
        Update rule = Rules.descent(0.9, 0, 0.9);
        try (Replicas replicas = replicas(HostDevice.cpu(2), training, rule)) {
            FloatBuffer direct = ByteBuffer.allocateDirect((int) training.size() * Float.BYTES + 4)
                    .order(ByteOrder.nativeOrder()).asFloatBuffer();
            for (Kept matrix : rule.kept()) {
                direct.clear().put(5).put(random(training, 7)).position(1);
                replicas.matrices().write(matrix, 1, direct);
                assertEquals(0, direct.remaining());
                assertArrayEquals(random(training, 7), read(replicas, matrix, 1));
                direct.clear().position(1);
                replicas.matrices().read(matrix, 1, direct);
                assertEquals(training.size() + 1, direct.position());
            }
            assertArrayEquals(random(training, 2), read(replicas, rule.parameters(), 2));
        }
    }

    /** With AVX-512 neither the forward pass nor weight gradients reorder weights; with AVX2 one of them may. */
    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20"})
    void everyConvolutionIsSparedReordersOfItsWeights(String model) {
        Program training = program(model, true);
        RowOrder order = OneDnnKernels.rowOrder(training, false);
        long convolutions = training.operations().stream().filter(Forward.Convolve.class::isInstance).count();
        assertEquals(convolutions, order.layouts().size());
        long spared = operations(training, RowOrder.PACKED) - operations(training, order);
        assertTrue(spared >= convolutions && spared <= 2 * convolutions, spared + " of " + convolutions);
    }

    private static int operations(Program program, RowOrder order) {
        OneDnnKernels kernels = new OneDnnKernels(16, true, order, false);
        new Lane(program, kernels).close();
        return kernels.implementations().size();
    }

    /** Columns drawn at random are the same on all devices, and so are the first ones of equal values. */
    @ParameterizedTest
    @CsvSource({"random-k, true", "top-k, true", "qsgd, true", "scaled-sign, false", "none, false"})
    void whatIsSentDoesNotDependOnTheOrder(String name, boolean isOfPlaces) {
        RandomBits bits = new RandomBits.Counted(1);
        Compression compression = switch (name) {
            case "random-k" -> new Compression.RandomK(0.1, 1, true, bits);
            case "top-k" -> new Compression.TopK(0.1, true);
            case "qsgd" -> new Compression.Qsgd(4, true, true, bits);
            case "scaled-sign" -> new Compression.ScaledSign(true);
            default -> new Compression.None();
        };
        Update rule = Update.of(new ChocoSgd(
                new Direction(0.9, 0, false), compression, 0.3, false, Kept.Initial.ZERO));
        assertEquals(isOfPlaces, rule.isOfPlaces());
        Program training = program("resnet-20", true);
        try (Replicas actual = replicas(HostDevice.cpu(2), training, rule);
                Replicas expected = replicas(HostDevice.reference(2), training, rule)) {
            for (Replicas replicas : new Replicas[] {actual, expected}) {
                float[] equal = new float[(int) training.size()];
                for (int i = 0; i < WORKERS; i++) {
                    replicas.matrices().write(rule.parameters(), i,
                            FloatBuffer.wrap(name.equals("top-k") ? ties(equal) : random(training, i)));
                    replicas.matrices().write(rule.gradients(), i, FloatBuffer.wrap(random(training, 10 + i)));
                }
                Clock clock = new Clock(0, name.equals("top-k") ? 0 : 0.1);
                replicas.matrices().step(clock, Topologies.parse("ring", WORKERS).at(0));
            }
            for (int i = 0; i < WORKERS; i++) {
                assertArrayEquals(read(expected, rule.parameters(), i), read(actual, rule.parameters(), i), 1e-6f);
            }
            double distance = expected.matrices().consensusDistance(rule.parameters());
            assertEquals(distance, actual.matrices().consensusDistance(rule.parameters()), 1e-9 * distance);
        }
    }

    /** Values of which many are equal. */
    private static float[] ties(float[] values) {
        for (int k = 0; k < values.length; k++) {
            values[k] = (k * 7 % 3 - 1) * 0.5f;
        }
        return values;
    }

    @Test
    void batchesOfAnySizeHaveTheGradientsOfTheReference() {
        Program training = program("resnet-20", true);
        Update rule = Rules.descent(0, 0, 0);
        double[] losses = new double[WORKERS];
        try (Replicas actual = replicas(HostDevice.cpu(2), training, rule);
                Replicas expected = replicas(HostDevice.reference(2), training, rule)) {
            for (int size : new int[] {4, 5}) {
                Batch batch = NoiseImages.batch(new Random(1), IMAGES, WORKERS, size, 10);
                expected.gradients().compute(batch, new long[WORKERS], losses);
                actual.gradients().compute(batch, new long[WORKERS], losses);
                for (int i = 0; i < WORKERS; i++) {
                    float[] wanted = read(expected, rule.gradients(), i);
                    float[] given = read(actual, rule.gradients(), i);
                    double difference = 0;
                    double norm = 0;
                    for (int k = 0; k < wanted.length; k++) {
                        difference += Math.pow(wanted[k] - given[k], 2);
                        norm += Math.pow(wanted[k], 2);
                    }
                    assertTrue(difference <= 1e-4 * norm, difference + " of " + norm); // ReLUs near 0 may differ
                }
            }
        }
    }
}
