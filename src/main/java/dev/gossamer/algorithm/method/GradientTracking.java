package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.SchemeChecks;
import java.util.List;
import java.util.function.Supplier;

/**
 * Gradient tracking, exact on unequal data: Y tracks the mean gradient, {@code Y_t = W_(t-1) Y_(t-1) + G_t - G_(t-1)}.
 * Adapt then combine, {@code X <- W_t (X - lr U)} (Pu and Nedic, "Distributed stochastic gradient tracking methods",
 * 2021), or adapt while combining, {@code X <- W_t X - lr U} (DIGing: Nedic, Olshevsky and Shi, "Achieving geometric
 * convergence for distributed optimization over time-varying graphs", 2017). U is Y, with momentum after the tracker.
 *
 * <p>What is kept is {@code C = W Y - G}, so that {@code Y = G + C} needs no gradients of the step before.
 *
 * @param direction momentum and weight decay
 * @param order when parameters are mixed: not before gradients are taken
 */
public record GradientTracking(Direction direction, TrackingOrder order) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept corrections = step.keep("corrections", Kept.Initial.ZERO);
        Value gradients = direction.gradients(step);
        Value tracked = gradients.plus(corrections);
        Value move = direction.of(step, tracked).times(Coefficient.LEARNING_RATE);
        x.becomes(order.moved(step, move));
        corrections.becomes(step.mixed(tracked).minus(gradients));
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isDoublyStochastic(scheme);
    }

    /** {@code gradient-tracking}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "gradient-tracking";
        }

        @Override
        public List<Key<?>> keys() {
            return Direction.keys(TrackingOrder.KEY);
        }

        @Override
        public Settings canonical(Settings settings) {
            return Direction.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new GradientTracking(Direction.of(settings), settings.get(TrackingOrder.KEY));
        }
    }
}
