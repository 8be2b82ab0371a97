package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of an {@link AttentionSpec}. */
final class AttentionLayer extends ModelLayer<AttentionSpec> {

    AttentionLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray y = activations(
                workspaces, input.size(0), layerConf().channels(), input.size(2), input.size(3));
        kernels.attend(input, layerConf().heads(), y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        kernels.attendBackward(input, layerConf().heads(), dy, dx);
        return backwardResult(dx);
    }
}
