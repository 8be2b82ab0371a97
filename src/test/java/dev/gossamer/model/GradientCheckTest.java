package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.data.ImageShape;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Gradients against central differences of the training loss, in double precision, dropout on. */
class GradientCheckTest {

    private static final double STEP = 1e-6;

    @ParameterizedTest
    @CsvSource({
        "vgg-11, 0.03, 0.5, 3, 32", "vgg-11, 0.03, 0, 3, 32", "resnet-20, 0.15, 0, 3, 32", "resnet-20, 0.15, 0, 1, 28",
        "resnet-20, 0.15, 0, 2, 11", "resnet-20-evonorm, 0.15, 0, 3, 32", "resnet-20-evonorm, 0.6, 0, 1, 12",
        "resnet-20-groupnorm, 0.15, 0, 2, 11", "resnet-18-groupnorm, 0.03, 0, 1, 28", "wide-resnet-16-4, 0.1, 0, 3, 16",
        "lenet-groupnorm, 0.2, 0, 1, 28", "lenet, 0.1, 0, 3, 9", "vgg-11-groupnorm, 0.03, 0.5, 3, 32",
        "vit-tiny, 0.05, 0, 3, 16", "logistic, 1, 0, 1, 28", "mlp, 0.004, 0, 1, 28"
    })
    void gradientIsTheSlopeOfTheLoss(String model, double width, double dropout, int channels, int size) {
        ImageShape shape = new ImageShape(channels, size, size);
        ComputationGraph net = TestNets.net(model, width, dropout, shape, DataType.DOUBLE);
        net.params().addi(TestNets.random(DataType.DOUBLE, 3, net.numParams()).muli(0.1));
        INDArray images = TestNets.images(DataType.DOUBLE, 3, shape);
        INDArray labels = TestNets.labels(DataType.DOUBLE, 3);
        double[] gradient = TestNets.gradient(net, images, labels);
        DataSet batch = new DataSet(images, labels);
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 40; trial++) {
            int i = random.nextInt(gradient.length);
            double slope = (lossAt(net, batch, i, STEP) - lossAt(net, batch, i, -STEP)) / (2 * STEP);
            assertEquals(slope, gradient[i], 1e-6 + 1e-5 * Math.abs(slope), model + " parameter " + i);
        }
    }

    private static double lossAt(ComputationGraph net, DataSet batch, int parameter, double change) {
        double value = net.params().getDouble(parameter);
        net.params().putScalar(parameter, value + change);
        double loss = net.score(batch, true);
        net.params().putScalar(parameter, value);
        return loss;
    }
}
