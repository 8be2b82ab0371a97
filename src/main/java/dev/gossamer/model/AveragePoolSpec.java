package dev.gossamer.model;

import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.nd4j.linalg.api.buffer.DataType;

/** Average of each window: [b, c, h, w] to [b, c, h', w'], or of all pixels, to [b, c]. */
public final class AveragePoolSpec extends LayerSpec {

    private final Window window;

    /** @param window what each average is of; null for all pixels */
    AveragePoolSpec(Window window) {
        this.window = window;
    }

    /** What each average is of; empty for all pixels. */
    public Optional<Window> window() {
        return Optional.ofNullable(window);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        return window == null ? InputType.feedForward(((InputTypeConvolutional) input).getChannels())
                : windows(window, input);
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new AveragePoolLayer(conf, type);
    }
}
