package dev.gossamer.model;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stands between Gossamer's layers and one of DL4J's own: hands values on and gradients back as packed C-order arrays,
 * which those need not make.
 */
public final class Packing implements InputPreProcessor {

    private static final long serialVersionUID = 1L;

    private final String kind;

    /** @param kind what the layer is, in words */
    Packing(String kind) {
        this.kind = kind;
    }

    /** What the layer is, in words: {@code layer lstm (LSTM)}. */
    public String kind() {
        return kind;
    }

    @Override
    public INDArray preProcess(INDArray input, int images, LayerWorkspaceMgr workspaces) {
        return packed(input, ArrayType.ACTIVATIONS, workspaces);
    }

    @Override
    public INDArray backprop(INDArray gradient, int images, LayerWorkspaceMgr workspaces) {
        return packed(gradient, ArrayType.ACTIVATION_GRAD, workspaces);
    }

    private static INDArray packed(INDArray array, ArrayType type, LayerWorkspaceMgr workspaces) {
        return array.ordering() == 'c' && array.elementWiseStride() == 1
                ? workspaces.leverageTo(type, array)
                : workspaces.dup(type, array, 'c');
    }

    @Override
    public InputType getOutputType(InputType input) {
        return input;
    }

    @Override
    public InputPreProcessor clone() {
        return new Packing(kind);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int images) {
        return new Pair<>(mask, state);
    }
}
