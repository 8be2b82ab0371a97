package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** A function of each value, of an input of any shape. */
public final class ActivationSpec extends LayerSpec {

    private final ActivationFunction function;

    ActivationSpec(ActivationFunction function) {
        this.function = function;
    }

    /** The function. */
    public ActivationFunction function() {
        return function;
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new ActivationLayer(conf, type);
    }
}
