package dev.gossamer.model;

import dev.gossamer.data.Seeds;

/**
 * Which values one dropout layer drops in one step: a pure function of its seed and a value's place, so that masks can
 * be computed in any order, on any device.
 *
 * @param probability probability of dropping a value, in [0, 1)
 * @param seed decides which values
 */
public record DropoutMask(double probability, long seed) {

    private static final double UNIT = 0x1p-53;

    /**
     * The mask of one dropout layer of a replica.
     *
     * @param replicaSeed a number that differs from step to step and from worker to worker
     * @param stream number of the layer among the dropout layers of its model
     */
    public static DropoutMask of(double probability, long replicaSeed, int stream) {
        return new DropoutMask(probability, Seeds.valueAt(replicaSeed, stream));
    }

    /** What value number {@code index} is multiplied by: 0, or 1 / (1 - probability). */
    public float factor(int index) {
        double uniform = (Seeds.valueAt(seed, index) >>> 11) * UNIT;
        return uniform < probability ? 0 : (float) (1 / (1 - probability));
    }

    /** What the first {@code count} values are multiplied by. */
    float[] factors(int count) {
        float[] factors = new float[count];
        for (int i = 0; i < count; i++) {
            factors[i] = factor(i);
        }
        return factors;
    }
}
