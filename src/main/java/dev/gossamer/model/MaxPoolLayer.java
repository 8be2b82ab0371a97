package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of a {@link MaxPoolSpec}. */
final class MaxPoolLayer extends ModelLayer<MaxPoolSpec> {

    MaxPoolLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray y = pooled(layerConf().window(), workspaces);
        kernels.maxPool(layerConf().window(), input, y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        kernels.maxPoolBackward(layerConf().window(), input, dy, dx);
        return backwardResult(dx);
    }
}
