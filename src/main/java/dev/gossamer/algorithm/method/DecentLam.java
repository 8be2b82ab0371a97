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
 * DecentLaM (Yuan et al., "DecentLaM: decentralized momentum SGD for large-batch deep training", 2021), whose bias does
 * not grow with the momentum: {@code T = (X - W (X - lr G)) / lr}, {@code M <- momentum M + T}, {@code X <- X - lr M}.
 * X is not mixed besides.
 *
 * @param direction momentum and weight decay
 */
public record DecentLam(Direction direction) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Value local = x.minus(direction.gradients(step).times(Coefficient.LEARNING_RATE));
        Value pull = x.minus(step.mixed(local)).times(Coefficient.of(1).over(Coefficient.LEARNING_RATE));
        x.becomes(x.minus(direction.of(step, pull).times(Coefficient.LEARNING_RATE)));
    }

    @Override
    public boolean dividesByLearningRate() {
        return true;
    }

    /**
     * What W does has momentum, too, which is stable for the W of one symmetric matrix: on matchings that are drawn at
     * every step, workers drift apart with a momentum of 0.9.
     */
    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isStatic(scheme);
        SchemeChecks.isSymmetric(scheme);
    }

    /** {@code decentlam}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "decentlam";
        }

        @Override
        public List<Key<?>> keys() {
            return List.of(Direction.MOMENTUM, Direction.WEIGHT_DECAY);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new DecentLam(
                    new Direction(settings.get(Direction.MOMENTUM), settings.get(Direction.WEIGHT_DECAY), false));
        }
    }
}
