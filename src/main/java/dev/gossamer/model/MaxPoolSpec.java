package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.nd4j.linalg.api.buffer.DataType;

/** Maximum of each 2x2 square: [b, c, h, w] to [b, c, h / 2, w / 2]; h and w are even. */
public final class MaxPoolSpec extends LayerSpec {

    @Override
    public InputType getOutputType(int index, InputType input) {
        InputTypeConvolutional image = (InputTypeConvolutional) input;
        return InputType.convolutional(image.getHeight() / 2, image.getWidth() / 2, image.getChannels());
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new MaxPoolLayer(conf, type);
    }
}
