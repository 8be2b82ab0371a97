package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.Wrapper;

/**
 * Any algorithm with the exponential moving average {@code EMA <- decay EMA + (1 - decay) X} of its models X after each
 * step, see {@link Update#models}; the average is evaluated in their place.
 *
 * @param inner the algorithm
 * @param decay in (0, 1)
 */
public record MovingAverage(Algorithm inner, double decay) implements Wrapper {

    /** Checks the range. */
    public MovingAverage {
        if (!(decay > 0 && decay < 1)) {
            throw new IllegalArgumentException("the moving average's decay must be in (0, 1), got " + decay);
        }
    }

    @Override
    public void step(Step step) {
        inner.step(step);
        Value current = step.models().next();
        Kept average = step.keep("average", Kept.Initial.PARAMETERS);
        Coefficient kept = Coefficient.of(decay);
        average.becomes(average.times(kept).plus(current.times(kept.complement())));
        step.average(average);
    }
}
