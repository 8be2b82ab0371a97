package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** Convolution, with or without bias, with or without a ReLU after it. Input [b, in, h, w], output [b, out, h', w']. */
public final class ConvolutionSpec extends LayerSpec {

    private final Filter filter;
    private final boolean relu;
    private final boolean first;

    private ConvolutionSpec(Filter filter, boolean relu, boolean first, Parameter... parameters) {
        super(parameters);
        this.filter = filter;
        this.relu = relu;
        this.first = first;
    }

    /**
     * Convolution, bias, ReLU.
     *
     * @param index index of its first parameter; a layer at index 0 is the first one, whose input needs no gradient
     */
    static ConvolutionSpec withBiasAndRelu(Filter filter, int index) {
        Parameter bias = new Parameter(Parameter.BIAS, index + 1, Initialization.ZERO, filter.out());
        return new ConvolutionSpec(filter, true, index == 0, weight(filter, index), bias);
    }

    /** Convolution alone. */
    static ConvolutionSpec plain(Filter filter, int index) {
        return new ConvolutionSpec(filter, false, index == 0, weight(filter, index));
    }

    private static Parameter weight(Filter filter, int index) {
        Initialization initialization = Initialization.heFanOut(filter.kernel(), filter.out());
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

    /** Whether the layer's input is the model's, so that nobody needs its gradient. */
    boolean first() {
        return first;
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new ConvolutionLayer(conf, type);
    }
}
