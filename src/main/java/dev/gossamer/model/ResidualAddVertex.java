package dev.gossamer.model;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The vertex of a {@link ResidualAdd} in one network. */
@SuppressWarnings("overrides") // setInputs takes INDArray... in DL4J's interface and INDArray[] in its base class
final class ResidualAddVertex extends BaseGraphVertex {

    private final transient Kernels kernels;
    private final transient boolean relu;
    private transient INDArray output;

    ResidualAddVertex(ComputationGraph graph, String name, int index, boolean relu, DataType type) {
        super(graph, name, index, null, null, type);
        kernels = Kernels.of(type);
        this.relu = relu;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, inputs[0].shape(), 'c');
        kernels.add(inputs[0], inputs[1], relu, output);
        return output;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
        INDArray dx = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, output.shape(), 'c');
        if (relu) {
            kernels.reluBackward(output, epsilon, dx);
        } else {
            dx.assign(epsilon);
        }
        // One array for both inputs: a layer only reads it, and where DL4J adds another gradient to it (the input of an
        // identity block), the other reader, later in the forward order, is done.
        return new Pair<>(null, new INDArray[] {dx, dx});
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public Layer getLayer() {
        return null;
    }

    @Override
    public void clear() {
        super.clear();
        output = null;
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        throw new UnsupportedOperationException("a residual addition has no parameters");
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(INDArray[] masks, MaskState state, int size) {
        return new Pair<>(null, state);
    }

    @Override
    public String toString() {
        return "ResidualAddVertex(" + vertexName + ")";
    }
}
