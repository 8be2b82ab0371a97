package dev.gossamer.model.file;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images as sequences: [b, c, h, w] to [b, c w, h], where a step in time is a row of all channels.
 *
 * @param channels c
 * @param height h
 * @param width w
 */
record ImageSteps(long channels, long height, long width) implements InputPreProcessor {

    static ImageSteps of(InputTypeConvolutional image) {
        return new ImageSteps(image.getChannels(), image.getHeight(), image.getWidth());
    }

    @Override
    public INDArray preProcess(INDArray images, int count, LayerWorkspaceMgr workspaces) {
        return workspaces.dup(ArrayType.ACTIVATIONS, images.permute(0, 1, 3, 2), 'c')
                .reshape('c', images.size(0), channels * width, height);
    }

    @Override
    public INDArray backprop(INDArray gradient, int count, LayerWorkspaceMgr workspaces) {
        INDArray packed = workspaces.dup(ArrayType.ACTIVATION_GRAD, gradient, 'c');
        return packed.reshape('c', gradient.size(0), channels, width, height).permute(0, 1, 3, 2);
    }

    @Override
    public InputType getOutputType(InputType input) {
        return InputType.recurrent(channels * width, height, RNNFormat.NCW);
    }

    @Override
    public InputPreProcessor clone() {
        return this;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int count) {
        return new Pair<>(mask, state);
    }
}
