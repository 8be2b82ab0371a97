package dev.gossamer.model;

import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.nd4j.linalg.api.buffer.DataType;

/** Convolution, with or without bias, with or without a ReLU after it. Input [b, in, h, w], output [b, out, h', w']. */
public final class ConvolutionSpec extends LayerSpec {

    private final Filter filter;
    private final boolean relu;

    /**
     * @param weight what the weights are drawn from
     * @param bias what the biases are drawn from; none where empty
     * @param relu whether a ReLU follows
     * @param index index of its first parameter
     */
    ConvolutionSpec(Filter filter, Initialization weight, Optional<Initialization> bias, boolean relu, int index) {
        super(Stream.concat(Stream.of(weight(filter, weight, index)),
                bias.stream().map(values -> new Parameter(Parameter.BIAS, index + 1, values, filter.out())))
                .toArray(Parameter[]::new));
        this.filter = filter;
        this.relu = relu;
    }

    private static Parameter weight(Filter filter, Initialization values, int index) {
        return new Parameter(Parameter.WEIGHT, index, values,
                filter.out(), filter.in(), filter.kernel(), filter.kernel());
    }

    /** Sizes of the convolution. */
    public Filter filter() {
        return filter;
    }

    /** Whether a ReLU follows. */
    public boolean relu() {
        return relu;
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        InputTypeConvolutional image = (InputTypeConvolutional) input;
        return InputType.convolutional(
                filter.outputSize(image.getHeight()), filter.outputSize(image.getWidth()), filter.out());
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new ConvolutionLayer(conf, type);
    }
}
