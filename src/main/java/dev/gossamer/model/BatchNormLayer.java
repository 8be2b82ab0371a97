package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of a {@link BatchNormSpec}. */
final class BatchNormLayer extends ModelLayer<BatchNormSpec> {

    private transient INDArray statistics;

    BatchNormLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray y = activations(workspaces, input.shape());
        statistics = activations(workspaces, 2, input.size(1));
        kernels.normalize(
                input, getParam(Parameter.WEIGHT), getParam(Parameter.BIAS), layerConf().relu(), statistics, y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        kernels.normalizeBackward(input, getParam(Parameter.WEIGHT), getParam(Parameter.BIAS), layerConf().relu(),
                statistics, dy, gradientOf(Parameter.WEIGHT), gradientOf(Parameter.BIAS), dx);
        return backwardResult(dx);
    }

    @Override
    public void clear() {
        super.clear();
        statistics = null;
    }
}
