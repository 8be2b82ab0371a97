package dev.gossamer.algorithm;

import dev.gossamer.topology.Scheme;

/**
 * What coefficients and compressions of a step depend on.
 *
 * @param step the step, counted from 0
 * @param learningRate step size, at least 0, schedule factor included
 * @param scheme the mixing matrices of all steps; null where it is known that nothing depends on them
 * @param seed the run's
 */
public record Clock(long step, double learningRate, Scheme scheme, long seed) {

    /** Checks the range. */
    public Clock {
        if (!(learningRate >= 0 && Double.isFinite(learningRate))) {
            throw new IllegalArgumentException("learning rate must be at least 0, got " + learningRate);
        }
    }

    /** That of a step that depends on nothing else. */
    public Clock(long step, double learningRate) {
        this(step, learningRate, null, 0);
    }
}
