package dev.gossamer.algorithm;

import dev.gossamer.topology.Scheme;
import java.util.function.Supplier;

/**
 * Any algorithm with the exponential moving average {@code EMA <- decay EMA + (1 - decay) X} of what it evaluates, its
 * parameters X, after each step; the average is evaluated in their place.
 *
 * @param inner the algorithm
 * @param decay in (0, 1)
 */
public record MovingAverage(Algorithm inner, double decay) implements Algorithm {

    /** Checks the range. */
    public MovingAverage {
        if (!(decay > 0 && decay < 1)) {
            throw new IllegalArgumentException("the moving average's decay must be in (0, 1), got " + decay);
        }
    }

    @Override
    public long exchange(long step) {
        return inner.exchange(step);
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        inner.check(scheme);
    }

    @Override
    public void step(Step step) {
        inner.step(step);
        Value current = step.evaluated().next();
        Kept average = step.keep("average", Kept.Initial.PARAMETERS);
        Coefficient kept = Coefficient.of(decay);
        average.becomes(average.times(kept).plus(current.times(kept.complement())));
        step.evaluate(average);
    }
}
