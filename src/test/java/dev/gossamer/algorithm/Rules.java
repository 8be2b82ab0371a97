package dev.gossamer.algorithm;

import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.algorithm.method.StochasticGradientDescent;

/** Rules for tests. */
public final class Rules {

    private Rules() {}

    /** SGD with momentum; with a moving average where its decay is above 0. */
    public static Update descent(double momentum, double weightDecay, double average) {
        Algorithm descent = new StochasticGradientDescent(momentum, weightDecay);
        return Update.of(average > 0 ? new MovingAverage(descent, average) : descent);
    }
}
