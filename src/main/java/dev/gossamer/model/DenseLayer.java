package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of a {@link DenseSpec}. */
final class DenseLayer extends ModelLayer<DenseSpec> {

    private transient INDArray output;

    DenseLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray y = activations(workspaces, input.size(0), layerConf().out());
        kernels.multiply(flattened(input), getParam(Parameter.WEIGHT), getParam(Parameter.BIAS), layerConf().relu(), y);
        output = layerConf().relu() ? y : null;
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = layerConf().first() ? null : inputGradient(workspaces);
        kernels.multiplyBackward(flattened(input), getParam(Parameter.WEIGHT), output, dy,
                gradientOf(Parameter.WEIGHT), gradientOf(Parameter.BIAS), dx == null ? null : flattened(dx));
        return backwardResult(dx);
    }

    private static INDArray flattened(INDArray x) {
        return x.rank() == 2 ? x : x.reshape('c', x.size(0), x.length() / x.size(0));
    }

    @Override
    public void clear() {
        super.clear();
        output = null;
    }
}
