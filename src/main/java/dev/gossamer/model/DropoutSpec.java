package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Inverted dropout: in training each value is set to 0 with a given probability and otherwise divided by the
 * probability of keeping it; in evaluation nothing happens. Srivastava et al., "Dropout", 2014.
 */
public final class DropoutSpec extends LayerSpec {

    private final double probability;
    private final int stream;

    /**
     * @param probability probability of dropping a value, in [0, 1)
     * @param stream number of this layer among the dropout layers of its model, so that their masks differ
     */
    DropoutSpec(double probability, int stream) {
        this.probability = probability;
        this.stream = stream;
    }

    /** Probability of dropping a value, in [0, 1). */
    public double probability() {
        return probability;
    }

    /** Number of this layer among the dropout layers of its model. */
    public int stream() {
        return stream;
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new DropoutLayer(conf, type);
    }
}
