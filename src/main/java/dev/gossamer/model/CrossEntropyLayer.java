package dev.gossamer.model;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Softmax cross-entropy. Outputs are log-probabilities, so that losses stay exact where probabilities would underflow.
 */
final class CrossEntropyLayer extends MeanLossLayer {

    CrossEntropyLayer(NeuralNetConfiguration conf, DataType type, double labelSmoothing) {
        super(conf, type, labelSmoothing);
    }

    @Override
    void activate(double[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double normalizer = largest + Math.log(sum);
        for (int k = 0; k < logits.length; k++) {
            logits[k] -= normalizer;
        }
    }

    @Override
    double loss(double[] logProbabilities, double[] target) {
        double loss = 0;
        for (int k = 0; k < target.length; k++) {
            // a class of target 0 counts nothing even where its log-probability is -infinity
            loss -= target[k] == 0 ? 0 : target[k] * logProbabilities[k];
        }
        return loss;
    }

    @Override
    void differentiate(double[] logProbabilities, double[] target) {
        double total = Arrays.stream(target).sum();
        for (int k = 0; k < target.length; k++) {
            logProbabilities[k] = total * Math.exp(logProbabilities[k]) - target[k];
        }
    }
}
