package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * EvoNorm-S0 of [b, c, h, w]: {@code y = gamma x sigmoid(v x) / sqrt(var + epsilon) + beta}, with the population
 * variance of an image over a group of channels, so that images of a batch do not depend on each other. It stands for a
 * normalisation and the activation after it; epsilon is {@link GroupNormSpec#EPSILON}. Liu, Brock, Simonyan and Le,
 * "Evolving normalization-activation layers", NeurIPS 2020, table 2.
 */
public final class EvoNormSpec extends LayerSpec {

    /** Name of the parameter v. */
    static final String SLOPE = "v";

    /** As in the paper, where the channels can be divided so; otherwise as many below as possible. */
    private static final int MOST_GROUPS = 32;

    private final int groups;

    /**
     * @param channels number of channels c
     * @param index index of its first parameter
     */
    EvoNormSpec(int channels, int index) {
        super(new Parameter(Parameter.WEIGHT, index, Initialization.ONE, channels),
                new Parameter(Parameter.BIAS, index + 1, Initialization.ZERO, channels),
                new Parameter(SLOPE, index + 2, Initialization.ONE, channels));
        groups = GroupNormSpec.groups(channels, MOST_GROUPS);
    }

    /** Number of groups of c / groups neighbouring channels. */
    public int groups() {
        return groups;
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new EvoNormLayer(conf, type);
    }
}
