package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.ClippedGradients;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.cuda.UsableGpu;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import dev.gossamer.model.PooledNet;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** The stacked engine on each of its devices beside the DL4J engine. */
class EngineAgreementTest {

    private static final int CLASSES = 10;
    private static final int BATCHES = 5;
    private static final Update RULE = Rules.descent(0.9, 1e-4, 0.5);
    private static final Clock CLOCK = new Clock(0, 0.002);

    private static ImageSet images(int channels, int size, int count) {
        return NoiseImages.of(new Random(1), new ImageShape(channels, size, size), count, CLASSES);
    }

    private static ComputationGraphConfiguration network(String model, double width, double dropout, ImageShape shape) {
        Network network = model.equals("pooled") ? PooledNet.network(width) : Network.of(model, width, dropout);
        return network.configuration(shape, CLASSES, 7, DataType.FLOAT);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu,       vgg-11,    0.25,  0,   32, 3, 4",
        "cpu,       vgg-11,    0.1,   0.5, 32, 1, 5",
        "cpu,       resnet-20, 0.3,   0,   20, 2, 3",
        "cpu,       resnet-20-evonorm, 0.3, 0, 20, 2, 3",
        "cpu,       resnet-20-evonorm, 2.2, 0, 12, 2, 3",
        "cpu,       resnet-20-groupnorm, 0.3, 0, 20, 2, 3",
        "cpu,       resnet-18-groupnorm, 0.1, 0, 12, 2, 3",
        "cpu,       wide-resnet-16-4, 0.3, 0, 20, 2, 3",
        "cpu,       lenet,     0.3,   0,   28, 2, 3",
        "cpu,       lenet-groupnorm, 0.5, 0, 28, 2, 3",
        "cpu,       vgg-11-groupnorm, 0.1, 0.5, 32, 2, 3",
        "cpu,       mlp,       0.1,   0,   28, 5, 4",
        "cpu,       logistic,  1,     0,   28, 2, 7",
        "cpu,       linear,    1,     0,   28, 2, 7",
        "cpu,       pooled,    1,     0,   11, 3, 5",
        "reference, pooled,    1,     0,   10, 2, 3",
        "reference, vgg-11,    0.05,  0.5, 32, 2, 3",
        "reference, resnet-20, 0.25,  0,   16, 2, 4",
        "reference, wide-resnet-16-4, 0.1, 0, 12, 2, 3",
        "reference, lenet-groupnorm, 0.25, 0, 12, 2, 3",
        "reference, mlp,       0.01,  0,   28, 3, 4"})
    void gradientsAndTenStepsAreEqual(
            String device, String model, double width, double dropout, int size, int workers, int batch) {
        check(device.equals("cpu") ? HostDevice.cpu(2) : HostDevice.reference(), model, width, dropout, size, workers,
                batch);
    }

    /** With gradients of norms about one, of which clipping leaves half. */
    @ParameterizedTest
    @CsvSource({
        "cpu,       vgg-11, 0.25, 32, 3, 4",
        "cpu,       mlp,    0.1,  28, 5, 4",
        "cpu,       mlp,    0.1,  28, 1, 4",
        "reference, mlp,    0.01, 28, 3, 4"})
    void clippedStepsAreEqualToo(String device, String model, double width, int size, int workers, int batch) {
        Update rule = Update.of(new ClippedGradients(new StochasticGradientDescent(0.9, 1e-4), 0.5));
        check(device.equals("cpu") ? HostDevice.cpu(2) : HostDevice.reference(), model, width, 0, size, workers, batch,
                rule);
    }

    @ParameterizedTest
    @CsvSource({
        "vgg-11,            0.5, 2",
        "resnet-20,         0,   3",
        "resnet-20-groupnorm, 0, 3",
        "wide-resnet-16-4,  0,   2",
        "lenet-groupnorm,   0,   3",
        "resnet-20-evonorm, 0,   3"})
    @Tag("slow")
    void soTheyAreAtFullWidth(String model, double dropout, int workers) {
        check(HostDevice.cpu(2), model, 1, dropout, 32, workers, 16);
    }

    @ParameterizedTest
    @CsvSource({
        "vgg-11,    0.25, 0.5, 32, 3, 4",
        "vgg-11,    1,    0.5, 32, 2, 16",
        "resnet-20, 1,    0,   32, 3, 16",
        "resnet-20, 0.3,  0,   20, 2, 3",
        "resnet-20-groupnorm, 0.3, 0, 20, 2, 3",
        "wide-resnet-16-4, 0.3, 0, 20, 2, 3",
        "lenet-groupnorm, 1, 0, 28, 2, 3",
        "mlp,       0.1,  0,   28, 5, 4",
        "linear,    1,    0,   28, 2, 7"})
    @Tag("gpu")
    void gradientsAndTenStepsAreEqualOnAGpu(
            String model, double width, double dropout, int size, int workers, int batch) {
        assumeTrue(NativeBackend.isPresent(), "the dl4j engine needs ND4J's library, which is not here");
        check(UsableGpu.device(Precision.FP32), model, width, dropout, size, workers, batch);
    }

    private static void check(
            Device where, String model, double width, double dropout, int size, int workers, int batch) {
        check(where, model, width, dropout, size, workers, batch, RULE);
    }

    private static void check(Device where, String model, double width, double dropout, int size, int workers,
            int batch, Update rule) {
        ImageSet images = images(size == 28 ? 1 : 3, size, 200);
        try (Dl4jEngine expected = new Dl4jEngine(() -> network(model, width, dropout, images.shape()), images.shape(),
                        CLASSES, workers, rule, 3, 2);
                StackedEngine actual = new StackedEngine(
                        network(model, width, dropout, images.shape()), images.shape(), workers, rule, 3, where)) {
            BatchSampler batches = new BatchSampler(
                    images, Augmentation.NONE, Partition.parse("shared"), workers, batch, 3);
            checkGradients(expected, actual, batches,
                    Compiler.compile(network(model, width, dropout, images.shape()), images.shape(), true));
            float[] start = parameters(expected, 0);
            MixingMatrix mixing = Topologies.parse(workers == 1 ? "solo" : "ring", workers).at(0);
            for (int t = 0; t < 10; t++) {
                Batch next = batches.at(BATCHES + t);
                double loss = expected.computeGradients(next, t);
                assertEquals(loss, actual.computeGradients(next, t), 1e-3 * loss);
                expected.update(CLOCK, mixing);
                actual.update(CLOCK, mixing);
            }
            checkMovements(start, expected, actual);
            for (int worker : new int[] {0, workers - 1, Scoring.MEAN}) {
                Score score = expected.evaluate(worker, images);
                Score other = actual.evaluate(worker, images);
                assertEquals(score.loss(), other.loss(), 1e-3 * score.loss());
                assertEquals(score.accuracy(), other.accuracy(), 0.02);
                assertTrue(differing(score.predicted(), other.predicted()) <= 0.02 * images.size());
            }
            double distance = expected.matrices().consensusDistance(RULE.parameters());
            assertEquals(distance, actual.matrices().consensusDistance(RULE.parameters()), 1e-3 * distance);
        }
    }

    private static long differing(List<Integer> some, List<Integer> others) {
        assertEquals(some.size(), others.size());
        return IntStream.range(0, some.size()).filter(i -> !some.get(i).equals(others.get(i))).count();
    }

    /**
     * Parameter by parameter and worker by worker, over a few batches. Now and then an activation is so near to 0 that
     * rounding decides about its ReLU, in full-width networks in most batches: two of five have to agree to rounding,
     * and all to what a few such activations make.
     */
    private static void checkGradients(
            Dl4jEngine expected, StackedEngine actual, BatchSampler batches, Program program) {
        Map<String, List<Double>> errors = new HashMap<>();
        for (int t = 0; t < BATCHES; t++) {
            Batch next = batches.at(t);
            double loss = expected.computeGradients(next, t);
            assertEquals(loss, actual.computeGradients(next, t), 1e-5 * loss);
            for (int i = 0; i < expected.matrices().workers(); i++) {
                FloatBuffer gradient = FloatBuffer.allocate((int) actual.matrices().parameters());
                actual.matrices().read(actual.matrices().rule().gradients(), i, gradient);
                float[] all = expected.arrays().matrix(RULE.gradients()).getRow(i).toFloatVector();
                for (Slice slice : program.parameters()) {
                    int from = (int) slice.offset();
                    int to = from + (int) slice.size();
                    errors.computeIfAbsent(slice.name() + " of worker " + i, s -> new ArrayList<>()).add(relativeError(
                            Arrays.copyOfRange(all, from, to), Arrays.copyOfRange(gradient.array(), from, to)));
                }
            }
        }
        errors.forEach((which, values) -> {
            Collections.sort(values);
            assertTrue(values.get(1) < 1e-4 && values.get(BATCHES - 1) < 2e-2,
                    "gradients of " + which + " differ by " + values);
        });
    }

    /**
     * The way from the start too, whose length is a hundredth of the parameters', so that a wrong update would show.
     */
    private static void checkMovements(float[] start, ReplicaEngine expected, ReplicaEngine actual) {
        for (int i = 0; i < expected.matrices().workers(); i++) {
            float[] first = parameters(expected, i);
            float[] second = parameters(actual, i);
            double error = relativeError(first, second);
            double ofMovement = relativeError(difference(first, start), difference(second, start));
            assertTrue(error < 1e-3 && ofMovement < 2e-2,
                    "parameters of worker " + i + " differ by " + error + ", " + ofMovement + " of their way");
        }
    }

    private static float[] parameters(ReplicaEngine engine, int worker) {
        FloatBuffer values = FloatBuffer.allocate((int) engine.matrices().parameters());
        engine.matrices().readParameters(worker, values);
        return values.array();
    }

    private static float[] difference(float[] end, float[] start) {
        float[] difference = end.clone();
        for (int k = 0; k < difference.length; k++) {
            difference[k] -= start[k];
        }
        return difference;
    }

    /** Norm of the difference over the norm. */
    private static double relativeError(float[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        for (int k = 0; k < expected.length; k++) {
            difference += Math.pow((double) expected[k] - actual[k], 2);
            norm += Math.pow(expected[k], 2);
        }
        return difference == 0 ? 0 : Math.sqrt(difference / norm);
    }
}
