package dev.gossamer.model;

import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;

/** The layer of an {@link AveragePoolSpec}. */
final class AveragePoolLayer extends ModelLayer<AveragePoolSpec> {

    AveragePoolLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        Optional<Window> window = layerConf().window();
        if (window.isEmpty()) {
            return activations(workspaces, input.size(0), input.size(1)).assign(input.mean(2, 3));
        }
        INDArray y = pooled(window.get(), workspaces);
        kernels.averagePool(window.get(), input, y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        Optional<Window> window = layerConf().window();
        if (window.isPresent()) {
            kernels.averagePoolBackward(window.get(), input, dy, dx);
            return backwardResult(dx);
        }
        dx.assign(0);
        Broadcast.add(dx, dy.div(input.size(2) * input.size(3)), dx, 0, 1);
        return backwardResult(dx);
    }
}
