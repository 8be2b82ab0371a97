package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Group normalisation of [b, c, h, w]: {@code y = gamma (x - mean) / sqrt(var + epsilon) + beta}, with mean and
 * population variance of an image over a group of neighbouring channels, so that images of a batch do not depend on
 * each other; with or without a ReLU after it. Wu and He, "Group normalization", ECCV 2018.
 */
public final class GroupNormSpec extends LayerSpec {

    /** Added to the variance. */
    public static final double EPSILON = 1e-5;

    /** Groups of all models' layers, as GN-LeNet has in Hsieh et al., "The non-IID data quagmire", 2020. */
    static final int GROUPS = 2;

    private final int groups;
    private final boolean relu;

    /**
     * @param channels number of channels c
     * @param mostGroups number of groups, where the channels can be divided so; otherwise there are as many below it as
     *     possible
     * @param relu whether a ReLU follows
     * @param index index of its first parameter
     */
    GroupNormSpec(int channels, int mostGroups, boolean relu, int index) {
        super(new Parameter(Parameter.WEIGHT, index, Initialization.ONE, channels),
                new Parameter(Parameter.BIAS, index + 1, Initialization.ZERO, channels));
        groups = groups(channels, mostGroups);
        this.relu = relu;
    }

    /** The largest number up to a given one that the channels can be divided by. */
    static int groups(int channels, int most) {
        int groups = Math.min(channels, most);
        while (channels % groups != 0) {
            groups--;
        }
        return groups;
    }

    /** Number of groups of c / groups neighbouring channels. */
    public int groups() {
        return groups;
    }

    /** Whether a ReLU follows. */
    public boolean relu() {
        return relu;
    }

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new GroupNormLayer(conf, type);
    }
}
