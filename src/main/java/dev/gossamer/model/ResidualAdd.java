package dev.gossamer.model;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * End of a residual block: the sum of two inputs, then a ReLU (He et al., "Deep residual learning", 2016, fig. 2), or
 * none (He et al., "Identity mappings in deep residual networks", 2016, fig. 4e).
 */
public final class ResidualAdd extends GraphVertex {

    private final boolean relu;

    /** @param relu whether a ReLU follows */
    ResidualAdd(boolean relu) {
        this.relu = relu;
    }

    /** Whether a ReLU follows. */
    public boolean relu() {
        return relu;
    }

    @Override
    public GraphVertex clone() {
        return new ResidualAdd(relu);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResidualAdd add && add.relu == relu;
    }

    @Override
    public int hashCode() {
        return Boolean.hashCode(relu);
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return 2;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph, String name, int index, INDArray flat, boolean initialize, DataType type) {
        return new ResidualAddVertex(graph, name, index, relu, type);
    }

    @Override
    public InputType getOutputType(int index, InputType... inputs) {
        return inputs[0];
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        throw new UnsupportedOperationException("no memory report for a residual addition");
    }
}
