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
 * Push-DIGing (Nedic, Olshevsky and Shi, "Achieving geometric convergence for distributed optimization over
 * time-varying graphs", 2017, algorithm 2), exact on unequal data and directed graphs: {@code Y = G + C} tracks the
 * mean gradient, {@code Z <- A_t (w Z - lr Y) / (A_t w)}, {@code C <- A_t Y - G}. X holds Z, see
 * {@link StochasticGradientPush}.
 *
 * @param weightDecay coefficient of the L2 term, at least 0
 */
public record PushDiging(double weightDecay) implements Algorithm {

    @Override
    public void step(Step step) {
        PushSumWeights weights = new PushSumWeights();
        Kept x = step.parameters();
        Kept corrections = step.keep("corrections", Kept.Initial.ZERO);
        Value gradients = new Direction(0, weightDecay, false).of(step);
        Value tracked = gradients.plus(corrections);
        x.becomes(weights.pushed(step,
                x.times(weights.before()).minus(tracked.times(Coefficient.LEARNING_RATE))));
        corrections.becomes(step.mixed(tracked).minus(gradients));
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.keepsPushSumWeights(scheme);
        SchemeChecks.isConnected(scheme);
    }

    /** {@code push-diging}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "push-diging";
        }

        @Override
        public List<Key<?>> keys() {
            return List.of(Direction.WEIGHT_DECAY);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new PushDiging(settings.get(Direction.WEIGHT_DECAY));
        }
    }
}
