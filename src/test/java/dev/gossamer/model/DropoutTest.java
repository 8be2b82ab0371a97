package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Masks of the dropout layers; their gradient is in {@link GradientCheckTest}. */
class DropoutTest {

    @Test
    void dropsTheGivenShareAndKeepsTheMean() {
        for (double probability : new double[] {0.1, 0.5, 0.8}) {
            float[] factors = new DropoutMask(probability, 3).factors(100_000);
            double sum = 0;
            int dropped = 0;
            for (float factor : factors) {
                assertTrue(factor == 0 || factor == (float) (1 / (1 - probability)));
                dropped += factor == 0 ? 1 : 0;
                sum += factor;
            }
            double sigma = Math.sqrt(probability * (1 - probability) / factors.length);
            assertEquals(probability, dropped / (double) factors.length, 4 * sigma);
            assertEquals(1, sum / factors.length, 4 * sigma / (1 - probability));
        }
    }

    @Test
    void masksDependOnTheSeedAndOnTheLayer() {
        ComputationGraph net = TestNets.net("vgg-11", 0.25, 0.5, TestNets.CIFAR, DataType.FLOAT);
        List<SeededLayer> layers = seeded(net);
        assertEquals(2, layers.size());
        INDArray images = TestNets.images(DataType.FLOAT, 2, TestNets.CIFAR);
        double first = loss(net, 11, images);
        assertNotEquals(first, loss(net, 12, images));
        assertEquals(first, loss(net, 11, images));

        INDArray before = net.feedForward(images, true).get("pool5");
        INDArray after = net.feedForward(images, true).get("dropout1");
        boolean[] kept1 = kept(before, after);
        before = net.feedForward(images, true).get("dense1");
        after = net.feedForward(images, true).get("dropout2");
        boolean[] kept2 = kept(before, after);
        assertFalse(Arrays.equals(kept1, kept2));
    }

    @Test
    void isOffInEvaluation() {
        ComputationGraph with = TestNets.net("vgg-11", 0.1, 0.5, TestNets.CIFAR, DataType.FLOAT);
        ComputationGraph without = TestNets.net("vgg-11", 0.1, 0, TestNets.CIFAR, DataType.FLOAT);
        INDArray images = TestNets.images(DataType.FLOAT, 3, TestNets.CIFAR);
        assertArrayEquals(without.outputSingle(images).reshape(-1).toDoubleVector(),
                with.outputSingle(images).reshape(-1).toDoubleVector());
    }

    private static boolean[] kept(INDArray before, INDArray after) {
        double[] in = before.reshape(-1).toDoubleVector();
        double[] out = after.reshape(-1).toDoubleVector();
        boolean[] kept = new boolean[in.length];
        for (int i = 0; i < in.length; i++) {
            assertTrue(out[i] == 0 || Math.abs(out[i] - 2 * in[i]) < 1e-6);
            kept[i] = out[i] != 0;
        }
        return kept;
    }

    private static double loss(ComputationGraph net, long seed, INDArray images) {
        seeded(net).forEach(layer -> layer.reseed(seed));
        TestNets.gradient(net, images, TestNets.labels(DataType.FLOAT, (int) images.size(0)));
        return net.score();
    }

    private static List<SeededLayer> seeded(ComputationGraph net) {
        return Arrays.stream(net.getLayers()).filter(SeededLayer.class::isInstance).map(DropoutTest::asSeeded).toList();
    }

    private static SeededLayer asSeeded(Layer layer) {
        return (SeededLayer) layer;
    }
}
