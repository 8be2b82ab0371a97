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
        kernels.normalize(planes(input), getParam(Parameter.WEIGHT), getParam(Parameter.BIAS), layerConf().relu(),
                statistics, planes(y));
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        kernels.normalizeBackward(planes(input), getParam(Parameter.WEIGHT), getParam(Parameter.BIAS),
                layerConf().relu(), statistics, planes(dy), gradientOf(Parameter.WEIGHT), gradientOf(Parameter.BIAS),
                planes(dx));
        return backwardResult(dx);
    }

    /** Values without a place are planes of one pixel. */
    private static INDArray planes(INDArray x) {
        return x.rank() == 2 ? x.reshape('c', x.size(0), x.size(1), 1, 1) : x;
    }

    @Override
    public void clear() {
        super.clear();
        statistics = null;
    }
}
