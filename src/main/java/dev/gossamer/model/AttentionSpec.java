package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Multi-head self-attention of an image's tokens, the pixels: queries Q, keys K and values V are the three thirds of
 * the channels of [b, 3 c, h, w], each of heads of c / heads = d neighbouring channels; the result [b, c, h, w] is that
 * of each head, softmax(Q K^T / sqrt(d)) V. Vaswani et al., "Attention is all you need", 2017, section 3.2.
 */
public final class AttentionSpec extends LayerSpec {

    private final int channels;
    private final int heads;

    /**
     * @param channels number of channels c of the result
     * @param heads number of heads, which the channels can be divided by
     */
    AttentionSpec(int channels, int heads) {
        this.channels = channels;
        this.heads = heads;
        if (heads < 1 || channels % heads != 0) {
            throw new IllegalArgumentException(
                    "channels of an attention must be a multiple of its " + heads + " heads, got " + channels);
        }
    }

    /** Number of heads. */
    public int heads() {
        return heads;
    }

    /** Number of channels c of the result. */
    public int channels() {
        return channels;
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        InputTypeConvolutional image = (InputTypeConvolutional) input;
        return InputType.convolutional(image.getHeight(), image.getWidth(), channels);
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new AttentionLayer(conf, type);
    }
}
