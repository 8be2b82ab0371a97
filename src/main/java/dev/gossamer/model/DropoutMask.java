package dev.gossamer.model;

import java.util.SplittableRandom;

/**
 * Which values one dropout layer drops in one step.
 *
 * @param probability probability of dropping a value, in [0, 1)
 * @param seed decides which values
 */
record DropoutMask(double probability, long seed) {

    /** What the first {@code count} values are multiplied by: 0, or 1 / (1 - probability). */
    float[] factors(int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float kept = (float) (1 / (1 - probability));
        float[] factors = new float[count];
        for (int i = 0; i < count; i++) {
            factors[i] = random.nextDouble() < probability ? 0 : kept;
        }
        return factors;
    }
}
