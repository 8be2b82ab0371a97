package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.ClippedGradients;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** The reference device, which writes all gradients, is the other implementation. */
class FactoredGradientsTest {

    private static final Update RULE = Rules.descent(0.9, 1e-3, 0);

    private static ComputationGraphConfiguration network(ImageShape shape, double width) {
        return Network.of("mlp", width, 0).configuration(shape, 10, 7, DataType.FLOAT);
    }

    private static int factored(ImageShape shape, double width, Update rule) {
        return FactoredGradients.layers(Compiler.compile(network(shape, width), shape, true), 2, rule).size();
    }

    private static float[] read(StackedEngine engine, Stored matrix, int worker) {
        FloatBuffer values = FloatBuffer.allocate((int) engine.matrices().parameters());
        engine.matrices().read(matrix, worker, values);
        return values.array();
    }

    private static StackedEngine engine(ImageShape shape, double width, int workers, HostDevice device) {
        return new StackedEngine(network(shape, width), shape, workers, RULE, 3, device);
    }

    private static void step(StackedEngine engine, ImageShape shape, int workers, int images, int step) {
        Batch batch = NoiseImages.batch(new Random(step), shape, workers, images, 10);
        engine.computeGradients(batch, step);
    }

    private static void update(StackedEngine engine, int workers, int step) {
        engine.update(new Clock(step, 0.05), Topologies.parse(workers == 1 ? "solo" : "ring", workers).at(0));
    }

    private static void assertClose(float[] expected, float[] actual) {
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertTrue(largest > 0);
        assertArrayEquals(expected, actual, (float) (1e-5 * largest));
    }

    /** Layers wider than a block, blocks of several rows of weights, batches in one and in two shares; in turns. */
    @ParameterizedTest
    @CsvSource({"3,8,0.012,3,1", "1,13,0.2,2,2", "3,61,0.002,8,1", "1,7,0.4,1,2", "1,9,0.06,70,1"})
    void gradientsAndParametersAreThoseOfTheReference(int channels, int size, double width, int workers,
            int layers) {
        ImageShape shape = new ImageShape(channels, size, size + 2);
        assertEquals(layers, factored(shape, width, RULE));
        try (StackedEngine expected = engine(shape, width, workers, HostDevice.reference(2));
                StackedEngine actual = engine(shape, width, workers, HostDevice.cpu(2))) {
            assertArrayEquals(new float[(int) actual.matrices().parameters()], read(actual, RULE.gradients(), 0));
            int[] batches = {4, 3, 40, 1};
            for (int t = 0; t < batches.length; t++) {
                step(expected, shape, workers, batches[t], t);
                step(actual, shape, workers, batches[t], t);
                assertClose(read(expected, RULE.gradients(), workers - 1), read(actual, RULE.gradients(), workers - 1));
                update(expected, workers, t);
                update(actual, workers, t);
                assertClose(read(expected, RULE.parameters(), 0), read(actual, RULE.parameters(), 0));
            }
        }
    }

    @Test
    void theNumberOfThreadsIsOfNoInfluence() {
        ImageShape shape = new ImageShape(1, 28, 28);
        float[][] parameters = new float[2][];
        for (int threads = 1; threads <= 2; threads++) {
            try (StackedEngine engine = engine(shape, 0.05, 3, HostDevice.cpu(threads))) {
                for (int t = 0; t < 3; t++) {
                    step(engine, shape, 3, 5, t);
                    update(engine, 3, t);
                }
                parameters[threads - 1] = read(engine, RULE.parameters(), 1);
            }
        }
        assertArrayEquals(parameters[0], parameters[1]);
    }

    @Test
    void aRowThatIsReplacedIsTheOneThatWasWritten() {
        ImageShape shape = new ImageShape(1, 28, 28);
        try (StackedEngine engine = engine(shape, 0.02, 2, HostDevice.cpu(2))) {
            step(engine, shape, 2, 3, 0);
            float[] other = new float[(int) engine.matrices().parameters()];
            Arrays.fill(other, 0.25f);
            float[] before = read(engine, RULE.gradients(), 0);
            engine.matrices().write(RULE.gradients(), 1, FloatBuffer.wrap(other));
            assertArrayEquals(other, read(engine, RULE.gradients(), 1));
            assertArrayEquals(before, read(engine, RULE.gradients(), 0));
        }
    }

    @Test
    void aProfileMayBeOfLargerBatchesThanTheStepBefore() {
        ImageShape shape = new ImageShape(1, 28, 28);
        try (StackedEngine engine = engine(shape, 0.05, 2, HostDevice.cpu(2))) {
            step(engine, shape, 2, 3, 0);
            Batch larger = NoiseImages.batch(new Random(1), shape, 2, 9, 10);
            engine.gradients().profile(larger, new long[2], 1);
            float[] profiled = read(engine, RULE.gradients(), 1);
            engine.computeGradients(larger, 1);
            assertArrayEquals(read(engine, RULE.gradients(), 1), profiled);
        }
    }

    /** What is selected of gradients is found in several rounds over them. */
    @Test
    void gradientsThatAreReadSeveralTimesAreWritten() {
        Update rule = Update.of(step -> step.parameters().becomes(step.compressed(
                step.parameters().minus(step.gradients()), new Compression.TopK(0.1, false))));
        assertEquals(0, factored(new ImageShape(1, 28, 28), 0.1, rule));
        Update clipped = Update.of(new ClippedGradients(new StochasticGradientDescent(0.9, 0), 1));
        assertEquals(0, factored(new ImageShape(1, 28, 28), 0.1, clipped));
    }
}
