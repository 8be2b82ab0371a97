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
 * Lion on each worker (Chen et al., "Symbolic discovery of optimization algorithms", 2023), then mixing:
 * {@code C = beta1 M + (1 - beta1) G}, {@code X <- W_t (X - lr (sign(C) + weightDecay X))},
 * {@code M <- beta2 M + (1 - beta2) G}.
 *
 * @param decay beta1, in [0, 1)
 * @param momentumDecay beta2, in [0, 1)
 * @param weightDecay coefficient, at least 0
 */
public record Lion(double decay, double momentumDecay, double weightDecay) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
        Value signs = momenta.times(decay).plus(step.gradients().times(1 - decay)).sign();
        x.becomes(step.mixed(x.minus(signs.plus(x.times(weightDecay)).times(Coefficient.LEARNING_RATE))));
        momenta.becomes(momenta.times(momentumDecay).plus(step.gradients().times(1 - momentumDecay)));
    }

    @Override
    public boolean needsMeansOnly() {
        return true;
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isRowStochastic(scheme);
    }

    /** {@code d-lion}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "d-lion";
        }

        @Override
        public List<Key<?>> keys() {
            return List.of(Direction.WEIGHT_DECAY, Adam.BETA_1, Adam.BETA_2);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new Lion(settings.get(Adam.BETA_1), settings.get(Adam.BETA_2), settings.get(Direction.WEIGHT_DECAY));
        }
    }
}
