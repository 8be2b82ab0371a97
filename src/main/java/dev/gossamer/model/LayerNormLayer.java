package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of a {@link LayerNormSpec}. */
final class LayerNormLayer extends ModelLayer<LayerNormSpec> {

    LayerNormLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray y = activations(workspaces, input.shape());
        kernels.layerNorm(input, getParam(Parameter.WEIGHT), getParam(Parameter.BIAS), y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        kernels.layerNormBackward(input, getParam(Parameter.WEIGHT), dy, gradientOf(Parameter.WEIGHT),
                gradientOf(Parameter.BIAS), dx);
        return backwardResult(dx);
    }
}
