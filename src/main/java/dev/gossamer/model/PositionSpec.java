package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Learned position embedding: adds a parameter [c, h, w] to each image of [b, c, h, w]. Dosovitskiy et al., "An image
 * is worth 16x16 words", ICLR 2021, section 3.1.
 */
public final class PositionSpec extends LayerSpec {

    /** @param index index of its parameter */
    PositionSpec(int channels, int height, int width, int index) {
        super(new Parameter(Parameter.BIAS, index, Initialization.POSITION, channels, height, width));
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new PositionLayer(conf, type);
    }
}
