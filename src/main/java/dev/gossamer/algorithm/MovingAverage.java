package dev.gossamer.algorithm;

/**
 * Any algorithm with the exponential moving average {@code EMA <- decay EMA + (1 - decay) X} of its parameters after each
 * step, which is evaluated in their place.
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
    public void step(Step step) {
        inner.step(step);
        Kept average = step.keep("average", Kept.Initial.PARAMETERS);
        Coefficient kept = Coefficient.of(decay);
        average.becomes(average.times(kept).plus(step.parameters().next().times(kept.complement())));
        step.evaluate(average);
    }
}
