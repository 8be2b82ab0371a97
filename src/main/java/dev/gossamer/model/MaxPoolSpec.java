package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;

/** Maximum of each window: [b, c, h, w] to [b, c, h', w']. */
public final class MaxPoolSpec extends LayerSpec {

    private final Window window;

    /** @param window what each maximum is of */
    MaxPoolSpec(Window window) {
        this.window = window;
    }

    /** What each maximum is of. */
    public Window window() {
        return window;
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        return windows(window, input);
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new MaxPoolLayer(conf, type);
    }
}
