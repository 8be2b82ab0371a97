package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer in one network. Used by one thread at a time; layers of different networks share no state. Activations and
 * their gradients are packed C-order arrays in the workspaces that DL4J hands out. Incoming gradients are only read,
 * so that a vertex may hand one array to two inputs.
 *
 * @param <S> its configuration
 */
abstract class ModelLayer<S extends LayerSpec> extends BaseLayer<S> {

    /** Arithmetic on arrays of this layer's data type. */
    protected final Kernels kernels;

    ModelLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
        kernels = Kernels.of(type);
    }

    /** An array for this layer's output, valid until the backward pass is over. */
    final INDArray activations(LayerWorkspaceMgr workspaces, long... shape) {
        return workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'c');
    }

    /** An array for this layer's output, where that is a value of each window of the input's pixels. */
    final INDArray pooled(Window window, LayerWorkspaceMgr workspaces) {
        return activations(workspaces, input.size(0), input.size(1), window.rows((int) input.size(2)),
                window.columns((int) input.size(3)));
    }

    /** An array for the gradient of this layer's input. */
    final INDArray inputGradient(LayerWorkspaceMgr workspaces) {
        return workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
    }

    /** View of a parameter's gradient, to be overwritten. */
    final INDArray gradientOf(String parameter) {
        return gradientViews.get(parameter);
    }

    /** What a backward pass returns: the parameter gradients, already in their views, and the input's gradient. */
    final Pair<Gradient, INDArray> backwardResult(INDArray inputGradient) {
        Gradient gradients = new DefaultGradient();
        for (Parameter parameter : layerConf().parameters()) {
            gradients.setGradientFor(parameter.name(), gradientOf(parameter.name()));
        }
        return new Pair<>(gradients, inputGradient);
    }

    /** The input of one step outlives the step's layers in its own workspace, so it is never copied. */
    @Override
    public final void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        this.input = input;
    }

    @Override
    public final boolean isPretrainLayer() {
        return false;
    }

    @Override
    public final double calcRegularizationScore(boolean backpropOnly) {
        return 0;
    }
}
