package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer of a {@link DropoutSpec}. */
final class DropoutLayer extends ModelLayer<DropoutSpec> implements SeededLayer {

    private long maskSeed;

    DropoutLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
        reseed(conf.getSeed());
    }

    @Override
    public void reseed(long seed) {
        maskSeed = DropoutMask.of(layerConf().probability(), seed, layerConf().stream()).seed();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        if (!training) {
            return workspaces.leverageTo(ArrayType.ACTIVATIONS, input);
        }
        INDArray y = activations(workspaces, input.shape());
        kernels.drop(input, layerConf().probability(), maskSeed, y);
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray dy, LayerWorkspaceMgr workspaces) {
        INDArray dx = inputGradient(workspaces);
        kernels.drop(dy, layerConf().probability(), maskSeed, dx);
        return backwardResult(dx);
    }
}
