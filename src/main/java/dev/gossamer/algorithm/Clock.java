package dev.gossamer.algorithm;

/**
 * What changes from step to step.
 *
 * @param step the step, counted from 0
 * @param learningRate step size, at least 0, schedule factor included
 */
public record Clock(long step, double learningRate) {

    /** Checks the range. */
    public Clock {
        if (!(learningRate >= 0 && Double.isFinite(learningRate))) {
            throw new IllegalArgumentException("learning rate must be at least 0, got " + learningRate);
        }
    }
}
