package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Layer normalisation of the tokens [b, c, h, w], a token being the channels of a pixel: {@code y = gamma (x - mean) /
 * sqrt(var + epsilon) + beta}, with mean and population variance of a token's channels and epsilon as that of
 * {@link GroupNormSpec}. Ba, Kiros and Hinton, "Layer normalization", 2016.
 */
public final class LayerNormSpec extends LayerSpec {

    /**
     * @param channels number of channels c
     * @param index index of its first parameter
     */
    LayerNormSpec(int channels, int index) {
        super(new Parameter(Parameter.WEIGHT, index, Initialization.ONE, channels),
                new Parameter(Parameter.BIAS, index + 1, Initialization.ZERO, channels));
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new LayerNormLayer(conf, type);
    }
}
