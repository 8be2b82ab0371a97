package dev.gossamer.model;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.LossLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The layer of a {@link CrossEntropySpec}. Its output is log-probabilities [b, classes], so that losses stay exact
 * where probabilities would underflow. Its score is the mean over the batch, and so are all gradients of the network.
 */
final class CrossEntropyLayer extends LossLayer {

    private final double labelSmoothing;

    CrossEntropyLayer(NeuralNetConfiguration conf, DataType type, double labelSmoothing) {
        super(conf, type);
        this.labelSmoothing = labelSmoothing;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        this.input = input;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        return write(logProbabilities(), ArrayType.ACTIVATIONS, workspaces);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray ignored, LayerWorkspaceMgr workspaces) {
        double[][] values = logProbabilities();
        double[][] targets = targets(true);
        for (int i = 0; i < values.length; i++) {
            double total = 0;
            for (double target : targets[i]) {
                total += target;
            }
            for (int k = 0; k < values[i].length; k++) {
                values[i][k] = (total * Math.exp(values[i][k]) - targets[i][k]) / values.length;
            }
        }
        return new Pair<>(new DefaultGradient(), write(values, ArrayType.ACTIVATION_GRAD, workspaces));
    }

    @Override
    public double computeScore(double regularization, boolean training, LayerWorkspaceMgr workspaces) {
        double sum = 0;
        double[] losses = losses(training);
        for (double loss : losses) {
            sum += loss;
        }
        return sum / losses.length + regularization;
    }

    @Override
    public INDArray computeScoreForExamples(double regularization, LayerWorkspaceMgr workspaces) {
        double[] losses = losses(false);
        INDArray scores = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, losses.length, 1);
        for (int i = 0; i < losses.length; i++) {
            scores.putScalar(i, losses[i] + regularization);
        }
        return scores;
    }

    /** The labels, of which training takes some for all classes alike. */
    private double[][] targets(boolean training) {
        double[][] targets = labels.toDoubleMatrix();
        if (training && labelSmoothing > 0) {
            for (double[] target : targets) {
                double uniform = labelSmoothing * Arrays.stream(target).average().orElseThrow();
                Arrays.setAll(target, k -> (1 - labelSmoothing) * target[k] + uniform);
            }
        }
        return targets;
    }

    private double[] losses(boolean training) {
        double[][] values = logProbabilities();
        double[][] targets = targets(training);
        double[] losses = new double[values.length];
        for (int i = 0; i < losses.length; i++) {
            for (int k = 0; k < values[i].length; k++) {
                // a class of target 0 counts nothing even where its log-probability is -infinity
                losses[i] -= targets[i][k] == 0 ? 0 : targets[i][k] * values[i][k];
            }
        }
        return losses;
    }

    private double[][] logProbabilities() {
        double[][] logits = input.toDoubleMatrix();
        for (double[] row : logits) {
            double largest = Double.NEGATIVE_INFINITY;
            for (double logit : row) {
                largest = Math.max(largest, logit);
            }
            double sum = 0;
            for (double logit : row) {
                sum += Math.exp(logit - largest);
            }
            double normalizer = largest + Math.log(sum);
            for (int k = 0; k < row.length; k++) {
                row[k] -= normalizer;
            }
        }
        return logits;
    }

    private INDArray write(double[][] values, ArrayType kind, LayerWorkspaceMgr workspaces) {
        long[] shape = {values.length, values[0].length};
        INDArray result = workspaces.createUninitialized(kind, dataType, shape, 'c');
        for (int i = 0; i < values.length; i++) {
            for (int k = 0; k < values[i].length; k++) {
                result.putScalar(i, k, values[i][k]);
            }
        }
        return result;
    }
}
