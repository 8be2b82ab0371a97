package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Batch normalisation of [b, c, h, w] or [b, c] by the statistics of the batch itself, in training and in evaluation,
 * with or without a ReLU after it. There are no running statistics: replicas exchange parameters only.
 */
public final class BatchNormSpec extends LayerSpec {

    /** Added to the population variance. */
    public static final double EPSILON = 1e-5;

    private final boolean relu;

    /**
     * @param channels number of channels c
     * @param scale what the scales are drawn from
     * @param shift what the shifts are drawn from
     * @param relu whether a ReLU follows
     * @param index index of its first parameter
     */
    BatchNormSpec(int channels, Initialization scale, Initialization shift, boolean relu, int index) {
        super(new Parameter(Parameter.WEIGHT, index, scale, channels),
                new Parameter(Parameter.BIAS, index + 1, shift, channels));
        this.relu = relu;
    }

    /** Whether a ReLU follows. */
    public boolean relu() {
        return relu;
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new BatchNormLayer(conf, type);
    }
}
