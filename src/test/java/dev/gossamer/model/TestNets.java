package dev.gossamer.model;

import dev.gossamer.data.ImageShape;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Networks and seeded inputs for tests. */
final class TestNets {

    static final ImageShape CIFAR = new ImageShape(3, 32, 32);
    static final ImageShape FASHION = new ImageShape(1, 28, 28);
    static final int CLASSES = 10;

    private TestNets() {}

    /** An initialised network; operations of the calling thread use no more threads. */
    static ComputationGraph net(String model, double width, double dropout, ImageShape shape, DataType type) {
        ComputationGraph net = new ComputationGraph(
                Network.of(model, width, dropout)
                .configuration(shape, CLASSES, 5, type));
        net.init();
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
        return net;
    }

    /** Values N(0, 1). */
    static INDArray random(DataType type, long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        long count = 1;
        for (long n : shape) {
            count *= n;
        }
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape(shape).castTo(type);
    }

    static INDArray images(DataType type, int count, ImageShape shape) {
        return random(type, 77, count, shape.channels(), shape.height(), shape.width());
    }

    /** One-hot labels 0, 3, 6, 9, 2, ... */
    static INDArray labels(DataType type, int count) {
        INDArray labels = Nd4j.zeros(type, count, CLASSES);
        for (int i = 0; i < count; i++) {
            labels.putScalar(i, 3 * i % CLASSES, 1);
        }
        return labels;
    }

    /** Gradient [d] and, in the network, the score. */
    static double[] gradient(ComputationGraph net, INDArray images, INDArray labels) {
        net.setInput(0, images);
        net.setLabel(0, labels);
        net.computeGradientAndScore();
        return net.getFlattenedGradients().toDoubleVector();
    }
}
