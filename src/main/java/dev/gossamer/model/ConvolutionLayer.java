package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of a {@link ConvolutionSpec}. */
final class ConvolutionLayer extends ModelLayer<ConvolutionSpec> {

    private transient INDArray output;

    ConvolutionLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        Filter filter = layerConf().filter();
        INDArray y = activations(workspaces, input.size(0), filter.out(),
                filter.outputSize(input.size(2)), filter.outputSize(input.size(3)));
        kernels.convolve(filter, input, getParam(Parameter.WEIGHT), params.get(Parameter.BIAS), layerConf().relu(), y);
        output = layerConf().relu() ? y : null;
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = layerConf().first() ? null : inputGradient(workspaces);
        kernels.convolveBackward(layerConf().filter(), input, getParam(Parameter.WEIGHT), output, dy,
                gradientOf(Parameter.WEIGHT), gradientOf(Parameter.BIAS), dx);
        return backwardResult(dx);
    }

    @Override
    public void clear() {
        super.clear();
        output = null;
    }
}
