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
 * Signum on each worker (Bernstein et al., "signSGD: compressed optimisation for non-convex problems", 2018), then
 * mixing: {@code M <- momentum M + (1 - momentum) G}, {@code X <- W_t (X - lr sign(M))}.
 *
 * @param momentum in [0, 1)
 * @param weightDecay coefficient of the L2 term, at least 0
 */
public record Signum(double momentum, double weightDecay) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
        Value gradients = step.gradients().plus(x.times(weightDecay));
        momenta.becomes(momenta.times(momentum).plus(gradients.times(1 - momentum)));
        x.becomes(step.mixed(x.minus(momenta.next().sign().times(Coefficient.LEARNING_RATE))));
    }

    @Override
    public boolean needsMeansOnly() {
        return true;
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isRowStochastic(scheme);
    }

    /** {@code d-signum}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "d-signum";
        }

        @Override
        public List<Key<?>> keys() {
            return List.of(Direction.MOMENTUM, Direction.WEIGHT_DECAY);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new Signum(settings.get(Direction.MOMENTUM), settings.get(Direction.WEIGHT_DECAY));
        }
    }
}
