package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Training in BF16 beside training in single precision. */
class Bf16Test {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);
    private static final int WORKERS = 2;
    private static final Update RULE = Rules.descent(0.9, 1e-4, 0);

    @BeforeAll
    static void needsACpuThatKnowsIt() {
        assumeTrue(HostDevice.hasBf16(), "this CPU has neither AVX512_BF16 nor AMX");
    }

    private static StackedEngine engine(String model, double width, HostDevice device) {
        return new StackedEngine(Network.of(model, width, 0.5).configuration(IMAGES, 10, 7, DataType.FLOAT), IMAGES,
                WORKERS, RULE, 3, device);
    }

    private static Batch batch(int step) {
        return NoiseImages.batch(new Random(step), IMAGES, WORKERS, 16, 10);
    }

    private static float[] gradients(StackedEngine engine) {
        engine.computeGradients(batch(1), 0);
        FloatBuffer row = FloatBuffer.allocate((int) engine.matrices().parameters());
        engine.matrices().read(RULE.gradients(), 1, row);
        return row.array();
    }

    /**
     * ReLUs and maxima pass a gradient to another place where rounding changes a sign or the larger of two values, so
     * that gradients differ by far more than values do: least in the network that has neither. What rounding does to a
     * network is measured by rounding nothing but its parameters, in single precision otherwise.
     */
    @ParameterizedTest
    @CsvSource({
        "vgg-11, 1, 0.12, 0.993", "resnet-20, 1, 0.3, 0.95", "resnet-20-evonorm, 1, 0.04, 0.999", "mlp, 0.1, 0, 1",
        "vgg-11, 0.2, 0, 1", "resnet-20, 0.7, 0, 1"})
    void gradientsAreThoseOfSinglePrecisionRounded(String model, double width, double mostError, double leastCosine) {
        try (StackedEngine exact = engine(model, width, HostDevice.cpu(2));
                StackedEngine rounded = engine(model, width, HostDevice.cpu(2, true))) {
            float[] expected = gradients(exact);
            double[] actual = errorAndCosine(expected, gradients(rounded));
            roundParameters(exact);
            double[] ofParameters = errorAndCosine(expected, gradients(exact));
            String figures = "errors and cosines in bf16 " + Arrays.toString(actual) + ", with parameters in bf16 "
                    + Arrays.toString(ofParameters);
            assertTrue(actual[0] <= mostError && actual[1] >= leastCosine - 1e-12, figures);
            assertTrue(actual[0] <= 2 * ofParameters[0], figures);
        }
    }

    private static void roundParameters(StackedEngine engine) {
        FloatBuffer row = FloatBuffer.allocate((int) engine.matrices().parameters());
        engine.matrices().readParameters(1, row);
        for (int k = 0; k < row.capacity(); k++) {
            int bits = Float.floatToIntBits(row.get(k));
            row.put(k, Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000));
        }
        engine.matrices().writeParameters(1, row.rewind());
    }

    private static double[] errorAndCosine(float[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        double other = 0;
        double product = 0;
        for (int k = 0; k < expected.length; k++) {
            difference += Math.pow(actual[k] - expected[k], 2);
            norm += Math.pow(expected[k], 2);
            other += Math.pow(actual[k], 2);
            product += (double) expected[k] * actual[k];
        }
        return new double[] {Math.sqrt(difference / norm), product / Math.sqrt(norm * other)};
    }

    @ParameterizedTest
    @CsvSource({
        "vgg-11, 0.05", "vgg-11, 0.25", "vgg-11, 0.7", "vgg-11, 1", "resnet-20, 0.2", "resnet-20, 1", "resnet-20, 1.5",
        "resnet-20-evonorm, 0.2", "resnet-20-evonorm, 1", "resnet-20-groupnorm, 1", "wide-resnet-16-4, 1",
        "lenet-groupnorm, 1", "mlp, 0.1"})
    void everyOperationHasFastCodeAtAnyWidth(String model, double width) {
        for (boolean training : new boolean[] {true, false}) {
            Program program = Compiler.compile(
                    Network.of(model, width, 0.5).configuration(IMAGES, 10, 1, DataType.FLOAT), IMAGES, training);
            OneDnnKernels kernels = new OneDnnKernels(16, training, RowOrder.PACKED, true);
            new Lane(program, kernels).close();
            List<String> slow = kernels.implementations().stream().filter(name -> name.startsWith("ref")).toList();
            assertEquals(List.of(), slow);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20"})
    void aRunIsTheSameForAnyNumberOfThreads(String model) {
        float[] expected = null;
        ImageSet images = NoiseImages.of(new Random(2), IMAGES, 60, 1);
        for (int threads : new int[] {1, 2, 2}) {
            try (StackedEngine engine = engine(model, 0.5, HostDevice.cpu(threads, true))) {
                for (int step = 0; step < 3; step++) {
                    engine.computeGradients(batch(step), step);
                    engine.update(new Clock(step, 0.05), Topologies.parse("ring", WORKERS).at(0));
                }
                FloatBuffer row = FloatBuffer.allocate((int) engine.matrices().parameters() + 1);
                engine.matrices().readParameters(1, row);
                row.put((float) engine.evaluate(0, images).loss());
                expected = expected == null ? row.array() : expected;
                assertArrayEquals(expected, row.array());
            }
        }
        assertTrue(Double.isFinite(expected[0]));
    }
}
