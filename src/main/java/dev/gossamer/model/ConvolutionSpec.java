package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.nd4j.linalg.api.buffer.DataType;

/** Convolution, with or without bias, with or without a ReLU after it. Input [b, in, h, w], output [b, out, h', w']. */
public final class ConvolutionSpec extends LayerSpec {

    private final Filter filter;
    private final boolean relu;

    private ConvolutionSpec(Filter filter, boolean relu, Parameter... parameters) {
        super(parameters);
        this.filter = filter;
        this.relu = relu;
    }

    /**
     * Convolution, bias, ReLU.
     *
     * @param index index of its first parameter
     */
    static ConvolutionSpec withBiasAndRelu(Filter filter, int index) {
        return new ConvolutionSpec(filter, true, weight(filter, index), bias(filter, index));
    }

    /** Convolution, bias. */
    static ConvolutionSpec withBias(Filter filter, int index) {
        return new ConvolutionSpec(filter, false, weight(filter, index), bias(filter, index));
    }

    /** Convolution alone. */
    static ConvolutionSpec plain(Filter filter, int index) {
        return new ConvolutionSpec(filter, false, weight(filter, index));
    }

    /** Convolution, bias, with weights drawn as those of a transformer's dense layers. */
    static ConvolutionSpec projection(Filter filter, int index) {
        Initialization initialization = Initialization.glorotUniform(
                filter.in() * filter.kernel() * filter.kernel(), filter.out());
        return new ConvolutionSpec(filter, false, weight(filter, index, initialization), bias(filter, index));
    }

    private static Parameter bias(Filter filter, int index) {
        return new Parameter(Parameter.BIAS, index + 1, Initialization.ZERO, filter.out());
    }

    private static Parameter weight(Filter filter, int index) {
        return weight(filter, index, Initialization.heFanOut(filter.kernel(), filter.out()));
    }

    private static Parameter weight(Filter filter, int index, Initialization initialization) {
        return new Parameter(Parameter.WEIGHT, index, initialization,
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
