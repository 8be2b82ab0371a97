package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of a {@link PositionSpec}. */
final class PositionLayer extends ModelLayer<PositionSpec> {

    PositionLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray y = activations(workspaces, input.shape());
        kernels.embed(input, getParam(Parameter.BIAS), y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        gradientOf(Parameter.BIAS).assign(dy.sum(0));
        INDArray dx = inputGradient(workspaces);
        dx.assign(dy);
        return backwardResult(dx);
    }
}
