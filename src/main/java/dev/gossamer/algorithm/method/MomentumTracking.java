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
 * Momentum tracking (Takezawa et al., "Momentum tracking: momentum acceleration for decentralized deep learning on
 * heterogeneous data", 2022): Y tracks the mean momentum, {@code Y_t = W_(t-1) Y_(t-1) + M_t - M_(t-1)},
 * and {@code X <- W_t X - lr Y} as published, or {@code X <- W_t (X - lr Y)}. Kept is {@code C = W Y - M},
 * which starts from 0.
 *
 * @param direction whose momentum is tracked
 * @param order when parameters are mixed
 */
public record MomentumTracking(Direction direction, TrackingOrder order) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept corrections = step.keep("corrections", Kept.Initial.ZERO);
        Value momenta = direction.of(step);
        Value tracked = momenta.plus(corrections);
        step.parameters().becomes(order.moved(step, tracked.times(Coefficient.LEARNING_RATE)));
        corrections.becomes(step.mixed(tracked).minus(momenta));
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isDoublyStochastic(scheme);
    }

    /** {@code momentum-tracking}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "momentum-tracking";
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
            return new MomentumTracking(Direction.of(settings), settings.get(TrackingOrder.KEY));
        }
    }
}
