package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** Mean over the classes of the squared differences. */
final class SquaredErrorLayer extends MeanLossLayer {

    SquaredErrorLayer(NeuralNetConfiguration conf, DataType type, double labelSmoothing) {
        super(conf, type, labelSmoothing);
    }

    /** Nothing: what comes in is compared with the target as it is. */
    @Override
    void activate(double[] values) {}

    @Override
    double loss(double[] output, double[] target) {
        double sum = 0;
        for (int k = 0; k < target.length; k++) {
            sum += (output[k] - target[k]) * (output[k] - target[k]);
        }
        return sum / target.length;
    }

    @Override
    void differentiate(double[] output, double[] target) {
        for (int k = 0; k < target.length; k++) {
            output[k] = 2 * (output[k] - target[k]) / target.length;
        }
    }
}
