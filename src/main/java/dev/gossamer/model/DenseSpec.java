package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Fully connected layer with bias, with or without a ReLU after it. Input [b, ...] with {@code in} values per image,
 * output [b, out].
 */
public final class DenseSpec extends LayerSpec {

    private final int out;
    private final boolean relu;

    /**
     * @param in values per image going in
     * @param out values per image coming out
     * @param weight what the weights are drawn from
     * @param bias what the biases are drawn from
     * @param relu whether a ReLU follows
     * @param index index of its first parameter
     */
    DenseSpec(int in, int out, Initialization weight, Initialization bias, boolean relu, int index) {
        super(new Parameter(Parameter.WEIGHT, index, weight, out, in),
                new Parameter(Parameter.BIAS, index + 1, bias, out));
        this.out = out;
        this.relu = relu;
    }

    /** Number of values per image coming out. */
    public int out() {
        return out;
    }

    /** Whether a ReLU follows. */
    public boolean relu() {
        return relu;
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        return InputType.feedForward(out);
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new DenseLayer(conf, type);
    }
}
