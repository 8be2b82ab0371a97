package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Wrapper;
import dev.gossamer.catalogue.Key;

/**
 * Any algorithm with the gradient of each worker clipped, {@code G <- min(1, limit / ||G||) G} with the Euclidean norm
 * over all parameters, before anything else is made of it: weight decay and momentum come after, as with PyTorch's
 * {@code clip_grad_norm_}, which takes limit / (||G|| + 1e-6).
 *
 * @param inner the algorithm
 * @param limit largest norm, above 0
 */
public record ClippedGradients(Algorithm inner, double limit) implements Wrapper {

    /** Largest norm of a worker's gradient. */
    public static final Key<Double> KEY = Key.number("gradient-clipping", "0", "[0, 1e6]",
            "largest Euclidean norm of a worker's gradient, which longer ones are scaled to; 0 for any")
            .checked(limit -> limit == 0 || limit >= 1e-9).allowing("0 or a number in [1e-9, 1e6]").before("0");

    @Override
    public void step(Step step) {
        step.clip(limit);
        inner.step(step);
    }

    @Override
    public boolean isDescent() {
        return inner.isDescent();
    }
}
