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
 * Adam on each worker (Kingma and Ba, "Adam: a method for stochastic optimization", 2015, as PyTorch has it), then
 * mixing; moments stay local. With decoupled weight decay it is AdamW (Loshchilov and Hutter, "Decoupled weight decay
 * regularization", 2019): {@code X (1 - lr weightDecay)} in place of a term of the gradient.
 *
 * @param decay of the mean of gradients, in [0, 1)
 * @param squaresDecay of the mean of their squares, in [0, 1)
 * @param epsilon what is added to the root, above 0
 * @param weightDecay coefficient, at least 0
 * @param isDecoupled whether weight decay is apart from the gradient
 */
public record Adam(double decay, double squaresDecay, double epsilon, double weightDecay, boolean isDecoupled)
        implements Algorithm {

    /** Decay of the mean of gradients. */
    public static final Key<Double> BETA_1 =
            Key.number("beta1", "0.9", "[0, 1)", "decay of the mean of gradients, of Adam and Lion");

    /** Decay of the mean of squares. */
    public static final Key<Double> BETA_2 = Key.number("beta2", "0.999", "[0, 1)",
            "decay of the mean of squared gradients, of Adam; of the momentum, of Lion, for which 0.99 is common");

    /** What is added to the root. */
    public static final Key<Double> EPSILON =
            Key.number("epsilon", "1e-8", "[1e-30, 1]", "what Adam adds to the root of the mean of squares");

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Value gradients = isDecoupled ? step.gradients() : step.gradients().plus(x.times(weightDecay));
        Value mean = mean(step.keep("first-moments", Kept.Initial.ZERO), gradients, decay);
        Value square = mean(step.keep("second-moments", Kept.Initial.ZERO), gradients.times(gradients), squaresDecay);
        Value move = mean.over(square.root().plus(epsilon)).times(Coefficient.LEARNING_RATE);
        Value decayed = isDecoupled && weightDecay > 0
                ? x.times(Coefficient.of(clock -> 1 - clock.learningRate() * weightDecay)) : x;
        x.becomes(step.mixed(decayed.minus(move)));
    }

    /** The mean that corrects for the zeros at the start. */
    private static Value mean(Kept moments, Value value, double decay) {
        moments.becomes(moments.times(decay).plus(value.times(1 - decay)));
        return moments.next().times(Coefficient.of(clock -> 1 / (1 - Math.pow(decay, clock.step() + 1))));
    }

    @Override
    public boolean correctsForStart() {
        return true;
    }

    @Override
    public boolean needsMeansOnly() {
        return true;
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isRowStochastic(scheme);
    }

    private static Adam of(Settings settings, boolean isDecoupled) {
        return new Adam(settings.get(BETA_1), settings.get(BETA_2), settings.get(EPSILON),
                settings.get(Direction.WEIGHT_DECAY), isDecoupled);
    }

    /** {@code d-adamw}. */
    public static final class Decoupled implements AlgorithmFamily {

        @Override
        public String form() {
            return "d-adamw";
        }

        @Override
        public List<Key<?>> keys() {
            return List.of(Direction.WEIGHT_DECAY, BETA_1, BETA_2, EPSILON);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return of(settings, true);
        }
    }

    /** {@code d-adam}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "d-adam";
        }

        @Override
        public List<Key<?>> keys() {
            return List.of(Direction.WEIGHT_DECAY, BETA_1, BETA_2, EPSILON);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return of(settings, false);
        }
    }
}
