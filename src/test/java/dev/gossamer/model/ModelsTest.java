package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Sizes, initial parameters, and what is refused. */
class ModelsTest {

    @ParameterizedTest
    @CsvSource({"vgg-11, 3, 32, 1, 9750922", "resnet-20, 3, 32, 1, 272474", "resnet-20, 1, 28, 1, 272186",
        "resnet-20-evonorm, 3, 32, 1, 272394", "resnet-20-groupnorm, 3, 32, 1, 272474",
        "resnet-18, 3, 32, 1, 11173962", "resnet-18-groupnorm, 3, 32, 1, 11173962", "resnet-18, 1, 28, 1, 11172810",
        "wide-resnet-16-4, 3, 32, 1, 2748890", "wide-resnet-16-4, 1, 28, 1, 2748602", "lenet, 3, 32, 1, 89578",
        "lenet-groupnorm, 3, 32, 1, 89834", "lenet, 1, 28, 1, 83498", "vgg-11-groupnorm, 3, 32, 1, 9756426",
        "vit-tiny, 3, 32, 1, 2693194", "vit-tiny, 1, 28, 1, 2684170", "linear, 1, 28, 1, 7850", "logistic, 1, 28, 1, 7850",
        "mlp, 1, 28, 1, 3975010", "mlp, 3, 32, 0.01, 154160", "vgg-11, 3, 32, 0.5, 2440394"})
    void countsParameters(String model, int channels, int size, double width, long count) {
        ImageShape shape = new ImageShape(channels, size, size);
        assertEquals(count, TestNets.net(model, width, 0.5, shape, DataType.FLOAT).numParams());
    }

    @Test
    void scalesWidthsToAtLeastOne() {
        ComputationGraph net = TestNets.net("vgg-11", 1e-6, 0.5, TestNets.CIFAR, DataType.FLOAT);
        assertArrayEquals(new long[] {1, 3, 3, 3}, net.getParam("conv1_weight").shape());
        assertArrayEquals(new long[] {10, 1}, net.getParam("logits_weight").shape());
        net = TestNets.net("vgg-11", 0.27, 0.5, TestNets.CIFAR, DataType.FLOAT);
        assertArrayEquals(new long[] {35, 17, 3, 3}, net.getParam("conv2_weight").shape());
    }

    @Test
    void drawsTheInitialParametersOfThePaper() {
        ComputationGraph vgg = TestNets.net("vgg-11", 1, 0.5, TestNets.CIFAR, DataType.FLOAT);
        double stddev = Math.sqrt(2.0 / (9 * 512));
        double[] weights = vgg.getParam("conv8_weight").reshape(-1).toDoubleVector();
        assertEquals(0, moment(weights, 1), 5 * stddev / Math.sqrt(weights.length));
        assertEquals(stddev, Math.sqrt(moment(weights, 2)), 0.01 * stddev);
        double kurtosis = moment(weights, 4) / Math.pow(moment(weights, 2), 2);
        assertEquals(3, kurtosis, 0.03, "kurtosis of a normal distribution");
        assertEquals(0, vgg.getParam("conv8_bias").amaxNumber().doubleValue());

        double bound = 1 / Math.sqrt(512);
        double[] dense = vgg.getParam("dense1_weight").reshape(-1).toDoubleVector();
        assertEquals(0, moment(dense, 1), 5 * bound / Math.sqrt(dense.length));
        assertEquals(bound * bound / 3, moment(dense, 2), 0.01 * bound * bound);
        assertTrue(Arrays.stream(dense).allMatch(value -> Math.abs(value) <= bound));
        double[] bias = vgg.getParam("dense1_bias").toDoubleVector();
        assertEquals(bound * bound / 3, moment(bias, 2), 0.1 * bound * bound);

        ComputationGraph resnet = TestNets.net("resnet-20", 1, 0, TestNets.CIFAR, DataType.FLOAT);
        assertEquals(32, resnet.getParam("layer2.0.shortcut.bn_weight").sumNumber().doubleValue());
        assertEquals(0, resnet.getParam("layer2.0.shortcut.bn_bias").amaxNumber().doubleValue());
    }

    @Test
    void initialParametersDependOnTheSeedAlone() {
        double[] first = initial(7, DataType.DOUBLE);
        Nd4j.getRandom().setSeed(99);
        Nd4j.rand(DataType.FLOAT, 10);
        assertArrayEquals(first, initial(7, DataType.DOUBLE));
        assertArrayEquals(first, initial(7, DataType.FLOAT), 1e-7);
        assertFalse(Arrays.equals(first, initial(8, DataType.DOUBLE)));
    }

    @Test
    void tensorsOfOneShapeDiffer() {
        ComputationGraph net = TestNets.net("resnet-20", 0.5, 0, TestNets.CIFAR, DataType.FLOAT);
        assertFalse(net.getParam("layer1.0.conv1_weight").equals(net.getParam("layer1.0.conv2_weight")));
    }

    @Test
    void refusesWhatDoesNotFit() {
        refuses("model must be vgg-11, vgg-11-groupnorm, resnet-20, resnet-20-evonorm, resnet-20-groupnorm, resnet-18, "
                + "resnet-18-groupnorm, wide-resnet-16-4, vit-tiny, lenet, lenet-groupnorm, mlp, linear, logistic, file:FILE "
                + "or keras:FILE, got \"lenet-5\"", "lenet-5", 1, 0, TestNets.CIFAR, 10);
        refuses("model vgg-11 needs images of 32x32 pixels, got 28x28; resnet-20 and mlp take any size",
                "vgg-11", 1, 0, TestNets.FASHION, 10);
        refuses("model vgg-11-groupnorm needs images of 32x32 pixels, got 28x28; resnet-20 and mlp take any size",
                "vgg-11-groupnorm", 1, 0, TestNets.FASHION, 10);
        refuses("model lenet needs images of at least 8x8 pixels, got 8x7; resnet-20 and mlp take any size",
                "lenet", 1, 0, new ImageShape(3, 8, 7), 10);
        refuses("model lenet-groupnorm needs images of at least 8x8 pixels, got 3x3; resnet-20 and mlp take any size",
                "lenet-groupnorm", 1, 0, new ImageShape(1, 3, 3), 10);
        refuses("model vit-tiny needs images whose sides are multiples of 4 pixels, got 32x30; resnet-20 and mlp take any "
                + "size", "vit-tiny", 1, 0, new ImageShape(3, 32, 30), 10);
        refuses("width must be a number in (0, 16], got 0", "mlp", 0, 0, TestNets.CIFAR, 10);
        refuses("width must be a number in (0, 16], got NaN", "mlp", Double.NaN, 0, TestNets.CIFAR, 10);
        refuses("dropout must be a number in [0, 1), got 1", "vgg-11", 1, 1, TestNets.CIFAR, 10);
        refuses("classes must be at least 2, got 1", "mlp", 1, 0, TestNets.CIFAR, 1);
        refuses("width must be smaller, got 16: model vgg-11 would have more than 536870911 parameters",
                "vgg-11", 16, 0, TestNets.CIFAR, 10);
    }

    /** In DL4J's names: what {@code getLayerActivationTypes} says is what a forward pass gives. */
    @ParameterizedTest
    @CsvSource({"vgg-11, 32", "resnet-20, 20", "resnet-20-evonorm, 20", "resnet-20-groupnorm, 20", "resnet-18, 20",
        "wide-resnet-16-4, 20", "lenet, 28", "lenet-groupnorm, 9", "vgg-11-groupnorm, 32", "mlp, 12", "linear, 12",
        "logistic, 12", "vit-tiny, 12"})
    void outputsHaveTheShapesThatTheConfigurationSays(String model, int size) {
        ImageShape shape = new ImageShape(3, size, size);
        var configuration = Network.of(model, 0.1, 0.5)
                .configuration(shape, 10, 1, DataType.FLOAT);
        var types = configuration.getLayerActivationTypes(false, false, InputType.convolutional(size, size, 3));
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        var outputs = network.feedForward(Nd4j.rand(DataType.FLOAT, 2, 3, size, size), false);
        types.remove(Models.LOSS); // has the shape of its input, and no size of its own
        for (String name : types.keySet()) {
            assertArrayEquals(outputs.get(name).shape(), withBatch(2, types.get(name).getShape()), name);
        }
        assertEquals(network.numParams(), Models.parameters(configuration));
    }

    private static long[] withBatch(long batch, long[] shape) {
        return LongStream.concat(LongStream.of(batch), Arrays.stream(shape)).toArray();
    }

    private static void refuses(
            String message, String model, double width, double dropout, ImageShape shape, int classes) {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
                () -> Network.of(model, width, dropout)
                .configuration(shape, classes, 1, DataType.FLOAT));
        assertTrue(error.getMessage().startsWith(message), error.getMessage());
    }

    private static double[] initial(long seed, DataType type) {
        ComputationGraph net = new ComputationGraph(
                Network.of("mlp", 0.01, 0)
                .configuration(TestNets.FASHION, 10, seed, type));
        net.init();
        return net.params().toDoubleVector();
    }


    private static double moment(double[] values, int power) {
        return Arrays.stream(values).map(value -> Math.pow(value, power)).average().orElseThrow();
    }
}
