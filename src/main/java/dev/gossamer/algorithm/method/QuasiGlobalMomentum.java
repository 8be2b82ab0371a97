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
 * Quasi-global momentum (Lin et al., "Quasi-global momentum: accelerating decentralized deep learning on heterogeneous
 * data", 2021, algorithm 1), which follows where all workers go: {@code M = momentum Q + G}, {@code X' = W_t (X - lr
 * U)} with U = M, or with Nesterov's momentum {@code G + momentum M}, and {@code Q <- momentum Q + (1 - momentum) (X -
 * X') / lr}.
 *
 * @param direction momentum, weight decay, and whether it is Nesterov's
 */
public record QuasiGlobalMomentum(Direction direction) implements Algorithm {

    @Override
    public void step(Step step) {
        double momentum = direction.momentum();
        Kept x = step.parameters();
        Kept quasiGlobal = step.keep("quasi-global-momenta", Kept.Initial.ZERO);
        Value gradients = direction.gradients(step);
        Value local = quasiGlobal.times(momentum).plus(gradients);
        Value move = direction.nesterov() ? gradients.plus(local.times(momentum)) : local;
        x.becomes(step.mixed(x.minus(move.times(Coefficient.LEARNING_RATE))));
        quasiGlobal.becomes(quasiGlobal.times(momentum).plus(
                x.minus(x.next()).times(Coefficient.of(1 - momentum).over(Coefficient.LEARNING_RATE))));
    }

    @Override
    public boolean dividesByLearningRate() {
        return true;
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isDoublyStochastic(scheme);
    }

    /** {@code quasi-global-momentum}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "quasi-global-momentum";
        }

        @Override
        public List<Key<?>> keys() {
            return Direction.KEYS;
        }

        @Override
        public Settings canonical(Settings settings) {
            return Direction.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new QuasiGlobalMomentum(Direction.of(settings));
        }
    }
}
