package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of an {@link EvoNormSpec}. */
final class EvoNormLayer extends ModelLayer<EvoNormSpec> {

    EvoNormLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray y = activations(workspaces, input.shape());
        kernels.evoNorm(input, getParam(Parameter.WEIGHT), getParam(Parameter.BIAS), getParam(EvoNormSpec.SLOPE),
                layerConf().groups(), y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        kernels.evoNormBackward(input, getParam(Parameter.WEIGHT), getParam(EvoNormSpec.SLOPE), layerConf().groups(),
                dy, gradientOf(Parameter.WEIGHT), gradientOf(Parameter.BIAS), gradientOf(EvoNormSpec.SLOPE), dx);
        return backwardResult(dx);
    }
}
