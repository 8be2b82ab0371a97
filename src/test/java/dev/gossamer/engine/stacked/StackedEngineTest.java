package dev.gossamer.engine.stacked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class StackedEngineTest {

    private static final ImageShape IMAGES = new ImageShape(3, 8, 8);
    private static final int WORKERS = 3;
    private static final Update RULE = Rules.descent(0.9, 1e-4, 0.9);
    private static final Clock CLOCK = new Clock(0, 0.05);

    /** ResNet-20 has 65 parameter tensors and 3 workers: 195 objects of 16 bytes would be more. */
    private static final double BYTES_PER_STEP = 2500;

    private static StackedEngine engine(String model, int threads) {
        return new StackedEngine(Network.of(model, 0.25, 0)
                .configuration(IMAGES, 10, 7, DataType.FLOAT), IMAGES, WORKERS,
                RULE, 3, HostDevice.cpu(threads));
    }

    private static Batch batch(int size, ImageShape shape) {
        return NoiseImages.batch(new Random(1), shape, WORKERS, size, 10);
    }

    private static ImageSet images() {
        return NoiseImages.of(new Random(2), IMAGES, 60, 1);
    }

    private static void train(StackedEngine engine, int size, long step) {
        engine.computeGradients(batch(size, IMAGES), step);
        engine.update(CLOCK, Topologies.parse("ring", WORKERS).at(0));
    }

    private static float[] parameters(StackedEngine engine, int worker) {
        FloatBuffer values = FloatBuffer.allocate((int) engine.matrices().parameters());
        engine.matrices().readParameters(worker, values);
        return values.array();
    }

    @Test
    void thereAreNoOtherWorkersThanItsOwn() {
        ImageSet images = images();
        try (StackedEngine engine = engine("linear", 2)) {
            FloatBuffer values = FloatBuffer.allocate((int) engine.matrices().parameters());
            for (int worker : new int[] {-2, -1, WORKERS}) {
                assertThrows(IndexOutOfBoundsException.class, () -> engine.matrices().readParameters(worker, values));
                assertThrows(IndexOutOfBoundsException.class, () -> engine.matrices().writeParameters(worker, values));
                if (worker != Scoring.MEAN) {
                    assertThrows(IndexOutOfBoundsException.class, () -> engine.evaluate(worker, images));
                }
            }
        }
    }

    @Test
    void aStackOfLayersTrainsLikeTheSameGraph() {
        ComputationGraphConfiguration graph = Network.of("mlp", 0.01, 0)
                .configuration(IMAGES, 10, 7, DataType.FLOAT);
        NeuralNetConfiguration.ListBuilder stack = new NeuralNetConfiguration.Builder().list();
        for (String name : List.of("hidden", Models.LOGITS, "loss")) {
            LayerVertex vertex = (LayerVertex) graph.getVertices().get(name);
            stack.layer(vertex.getLayerConf().getLayer());
        }
        try (StackedEngine expected = new StackedEngine(graph, IMAGES, WORKERS, RULE, 3, HostDevice.cpu(2));
                StackedEngine actual = new StackedEngine(stack.build(), IMAGES, WORKERS, RULE, 3, HostDevice.cpu(2))) {
            for (int i = 0; i < WORKERS; i++) {
                actual.matrices().writeParameters(i, FloatBuffer.wrap(parameters(expected, i)));
            }
            train(expected, 4, 0);
            train(actual, 4, 0);
            assertArrayEquals(parameters(expected, 1), parameters(actual, 1));
        }
    }

    /** DL4J's way through ND4J's arrays is the other implementation. */
    @Test
    void everyModelStartsFromTheParametersThatItsNetworkWouldHave() {
        ImageShape images = new ImageShape(3, 32, 32);
        for (String model : Models.CATALOGUE.names().stream().filter(name -> !name.endsWith(":FILE")).toList()) {
            for (double width : new double[] {0.05, model.equals("mlp") ? 1 : 0.1}) {
                ComputationGraphConfiguration graph =
                        Network.of(model, width, 0.5)
                .configuration(images, 10, 7, DataType.FLOAT);
                ComputationGraph network = new ComputationGraph(graph);
                network.init();
                try (StackedEngine engine = new StackedEngine(graph, images, 2, RULE, 3, HostDevice.reference())) {
                    assertArrayEquals(network.params().toFloatVector(), parameters(engine, 1), model);
                    FloatBuffer average = FloatBuffer.allocate((int) engine.matrices().parameters());
                    engine.matrices().read(RULE.evaluated(), 0, average);
                    assertArrayEquals(average.array(), parameters(engine, 0), model);
                }
            }
        }
    }

    @Test
    void doublePrecisionIsRefused() {
        ComputationGraphConfiguration graph = Network.of("linear", 1, 0)
                .configuration(IMAGES, 10, 7, DataType.DOUBLE);
        assertThrows(IllegalArgumentException.class,
                () -> new StackedEngine(graph, IMAGES, WORKERS, RULE, 3, HostDevice.reference()));
    }

    @Test
    void aBatchOfOtherImagesIsRefused() {
        try (StackedEngine engine = engine("linear", 2)) {
            Batch other = batch(2, new ImageShape(1, 8, 8));
            assertThrows(IllegalArgumentException.class, () -> engine.computeGradients(other, 0));
        }
    }

    /** oneDNN's ReLU turns what is not a number into 0, so that the loss does not tell. */
    @Test
    void aParameterThatIsNotANumberShowsInTheConsensusDistance() {
        try (StackedEngine engine = engine("mlp", 2)) {
            float[] values = parameters(engine, 1);
            values[5] = Float.NaN;
            engine.matrices().writeParameters(1, FloatBuffer.wrap(values));
            train(engine, 4, 0);
            assertFalse(Double.isFinite(engine.matrices().consensusDistance(RULE.parameters())));
        }
    }

    @Test
    void theMovingAverageStartsAtTheParametersAndIsWhatIsScored() {
        ImageSet images = images();
        try (StackedEngine engine = engine("linear", 2)) {
            FloatBuffer average = FloatBuffer.allocate((int) engine.matrices().parameters());
            engine.matrices().read(RULE.evaluated(), 1, average);
            assertArrayEquals(parameters(engine, 1), average.array());
            FloatBuffer zeros = FloatBuffer.allocate((int) engine.matrices().parameters());
            engine.matrices().writeParameters(1, zeros);
            assertEquals(engine.evaluate(0, images), engine.evaluate(1, images));
            engine.matrices().write(RULE.evaluated(), 1, zeros.rewind());
            assertEquals(Math.log(10), engine.evaluate(1, images).loss(), 1e-6);
        }
    }

    /** A batch of one size must leave nothing behind that one of another size sees. */
    @Test
    void batchesMayChangeTheirSize() {
        try (StackedEngine mixed = engine("resnet-20", 2); StackedEngine pure = engine("resnet-20", 1)) {
            double expected = pure.computeGradients(batch(4, IMAGES), 0);
            for (int size : new int[] {7, 4, 2}) {
                mixed.computeGradients(batch(size, IMAGES), 0);
            }
            assertEquals(expected, mixed.computeGradients(batch(4, IMAGES), 0));
        }
    }

    /** With several threads in one operation, oneDNN's code for narrow strided 1x1 convolutions is not right. */
    @Test
    void oneWorkerOnSeveralThreadsHasTheGradientsOfOneThread() {
        ImageShape shape = new ImageShape(3, 12, 8);
        Batch batch = NoiseImages.batch(new Random(1), shape, 1, 3, 10);
        float[] expected = null;
        for (int threads : new int[] {1, 2, 4, 2, 4, 2, 4}) {
            try (StackedEngine engine = new StackedEngine(
                    Network.of("resnet-20", 0.25, 0)
                .configuration(shape, 10, 7, DataType.FLOAT), shape, 1, RULE, 3,
                    HostDevice.cpu(threads))) {
                engine.computeGradients(batch, 0);
                FloatBuffer gradients = FloatBuffer.allocate((int) engine.matrices().parameters());
                engine.matrices().read(RULE.gradients(), 0, gradients);
                expected = expected == null ? gradients.array() : expected;
                assertArrayEquals(expected, gradients.array(), 1e-4f);
            }
        }
    }

    /** The mini-batch of a single worker is divided among the threads, also if these are more than its images. */
    @ParameterizedTest
    @CsvSource({"vgg-11, 1e-6", "resnet-20-evonorm, 1e-5", "lenet-groupnorm, 1e-5"})
    void partsOfABatchAddUpToItsGradients(String model, float tolerance) {
        ImageShape shape = new ImageShape(3, 32, 32);
        Batch batch = NoiseImages.batch(new Random(1), shape, 1, 3, 10);
        float[] expected = null;
        double loss = 0;
        for (int threads : new int[] {1, 2, 3, 4}) {
            try (StackedEngine engine = new StackedEngine(
                    Network.of(model, 0.25, 0.4)
                .configuration(shape, 10, 7, DataType.FLOAT), shape, 1, RULE, 3,
                    HostDevice.cpu(threads))) {
                loss = threads == 1 ? engine.computeGradients(batch, 0) : loss;
                assertEquals(loss, engine.computeGradients(batch, 0), tolerance);
                FloatBuffer gradients = FloatBuffer.allocate((int) engine.matrices().parameters());
                engine.matrices().read(RULE.gradients(), 0, gradients);
                expected = expected == null ? gradients.array() : expected;
                assertArrayEquals(expected, gradients.array(), tolerance);
            }
        }
    }

    /**
     * What is left are a few objects of the threads' queue. Code that is not compiled yet makes more, so that the steps
     * with the fewest count; any object for each layer and worker would be over the limit.
     */
    @Test
    void aStepMakesHardlyAnyObjects() {
        Batch batch = batch(4, IMAGES);
        MixingMatrix mixing = Topologies.parse("ring", WORKERS).at(0);
        double least = Double.POSITIVE_INFINITY;
        try (StackedEngine engine = engine("resnet-20", 2)) {
            for (int round = 0; round < 30 && least > BYTES_PER_STEP; round++) {
                long before = allocatedBytes();
                for (int t = 0; t < 200; t++) {
                    engine.computeGradients(batch, t);
                    engine.update(CLOCK, mixing);
                }
                least = Math.min(least, (allocatedBytes() - before) / 200.0);
            }
        }
        assertTrue(least <= BYTES_PER_STEP, least + " bytes in a step");
    }

    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds())).sum();
    }

    /** Before any collection of garbage; what is left are descriptions, whose size is that of a few pointers. */
    @Test
    void aClosedEngineHoldsNoMemory() {
        long before = Pointer.totalBytes();
        long held;
        try (StackedEngine engine = engine("resnet-20", 2)) {
            train(engine, 64, 0);
            engine.evaluate(0, images());
            held = Pointer.totalBytes() - before;
        }
        long left = Pointer.totalBytes() - before;
        assertTrue(left < held / 10, left + " of " + held + " bytes are left");
    }
}
