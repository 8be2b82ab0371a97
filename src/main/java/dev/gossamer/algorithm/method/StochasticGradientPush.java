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
 * Stochastic gradient push (Assran, Loizou, Ballas and Rabbat, "Stochastic gradient push for distributed deep
 * learning", 2019, algorithm 1), for directed graphs: workers push shares of {@code w Z - lr U} and of their weights w,
 * {@code Z <- A_t (w Z - lr U) / (A_t w)}. X holds Z, the models without the graph's bias, where gradients are taken.
 *
 * @param direction U
 * @param decaysNumerators whether weight decay is of w Z, as in the published code; otherwise it is of Z
 */
public record StochasticGradientPush(Direction direction, boolean decaysNumerators) implements Algorithm {

    /** What weight decay is of. */
    public static final Key<Boolean> DECAY_NUMERATORS = Key.flag("decay-numerators",
            "weight decay of push-sum's numerators, as in the published code, in place of the models");

    @Override
    public void step(Step step) {
        PushSumWeights weights = new PushSumWeights();
        Kept x = step.parameters();
        Value numerators = x.times(weights.before());
        Value decayed = decaysNumerators ? numerators : x;
        Value move = direction.of(step, step.gradients().plus(decayed.times(direction.weightDecay())));
        x.becomes(weights.pushed(step, numerators.minus(move.times(Coefficient.LEARNING_RATE))));
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.keepsPushSumWeights(scheme);
        SchemeChecks.isConnected(scheme);
    }

    /** {@code stochastic-gradient-push}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "stochastic-gradient-push";
        }

        @Override
        public List<Key<?>> keys() {
            return Direction.keys(DECAY_NUMERATORS);
        }

        @Override
        public Settings canonical(Settings settings) {
            return settings.get(Direction.WEIGHT_DECAY) == 0
                    ? Direction.canonical(settings.with(DECAY_NUMERATORS, false))
                    : Direction.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new StochasticGradientPush(Direction.of(settings), settings.get(DECAY_NUMERATORS));
        }
    }
}
