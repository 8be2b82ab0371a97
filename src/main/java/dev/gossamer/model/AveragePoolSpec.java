package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.nd4j.linalg.api.buffer.DataType;

/** Average over all pixels: [b, c, h, w] to [b, c]. */
public final class AveragePoolSpec extends LayerSpec {

    @Override
    public InputType getOutputType(int index, InputType input) {
        return InputType.feedForward(((InputTypeConvolutional) input).getChannels());
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new AveragePoolLayer(conf, type);
    }
}
