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
 * The layer of a {@link LossSpec}. Its score is the mean over the batch, and so are all gradients of the network.
 */
abstract class MeanLossLayer extends LossLayer {

    private final double labelSmoothing;

    MeanLossLayer(NeuralNetConfiguration conf, DataType type, double labelSmoothing) {
        super(conf, type);
        this.labelSmoothing = labelSmoothing;
    }

    /** Turns what comes in for an image into what the network puts out, in place. */
    abstract void activate(double[] values);

    /** Loss of an image's output. */
    abstract double loss(double[] output, double[] target);

    /** Replaces an image's output by the gradient of its loss by what came in. */
    abstract void differentiate(double[] output, double[] target);

    @Override
    public final void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        this.input = input;
    }

    @Override
    public final INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        return write(outputs(), ArrayType.ACTIVATIONS, workspaces);
    }

    @Override
    public final Pair<Gradient, INDArray> backpropGradient(INDArray ignored, LayerWorkspaceMgr workspaces) {
        double[][] values = outputs();
        double[][] targets = targets(true);
        for (int i = 0; i < values.length; i++) {
            differentiate(values[i], targets[i]);
            for (int k = 0; k < values[i].length; k++) {
                values[i][k] /= values.length;
            }
        }
        return new Pair<>(new DefaultGradient(), write(values, ArrayType.ACTIVATION_GRAD, workspaces));
    }

    @Override
    public final double computeScore(double regularization, boolean training, LayerWorkspaceMgr workspaces) {
        return Arrays.stream(losses(training)).sum() / input.size(0) + regularization;
    }

    @Override
    public final INDArray computeScoreForExamples(double regularization, LayerWorkspaceMgr workspaces) {
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
        double[][] values = outputs();
        double[][] targets = targets(training);
        double[] losses = new double[values.length];
        Arrays.setAll(losses, i -> loss(values[i], targets[i]));
        return losses;
    }

    private double[][] outputs() {
        double[][] values = input.toDoubleMatrix();
        for (double[] row : values) {
            activate(row);
        }
        return values;
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
