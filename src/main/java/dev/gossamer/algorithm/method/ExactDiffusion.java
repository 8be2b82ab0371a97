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
 * D2 (Tang et al., "D2: decentralized training over decentralized data", 2018), or exact diffusion (Yuan, Ying, Zhao
 * and Sayed, "Exact diffusion for distributed optimization and learning", 2019), with corrections C in units of
 * gradients, which make it exact on unequal data at any learning rate: {@code X' = W (X - lr (U - C))},
 * {@code C <- U - (X - X') / lr}. In units of parameters, {@code X' = W (X - lr U + C)} and {@code C <- X' - X + lr U},
 * it is the same as long as the learning rate does not change.
 *
 * @param direction U
 * @param units of the corrections
 */
public record ExactDiffusion(Direction direction, Units units) implements Algorithm {

    /** What corrections are in units of. */
    public enum Units { GRADIENTS, PARAMETERS }

    /** What corrections are in units of. */
    public static final Key<Units> UNITS = Key.choice("correction-units", Units.GRADIENTS,
            "whether D2's corrections are gradients, which follow changes of the learning rate, or moves of parameters");

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept corrections = step.keep("corrections", Kept.Initial.ZERO);
        Value move = direction.of(step);
        if (units == Units.PARAMETERS) {
            Value local = x.minus(move.times(Coefficient.LEARNING_RATE));
            x.becomes(step.mixed(local.plus(corrections)));
            corrections.becomes(x.next().minus(local));
        } else {
            x.becomes(step.mixed(x.minus(move.minus(corrections).times(Coefficient.LEARNING_RATE))));
            corrections.becomes(move.minus(
                    x.minus(x.next()).times(Coefficient.of(1).over(Coefficient.LEARNING_RATE))));
        }
    }

    @Override
    public boolean dividesByLearningRate() {
        return units == Units.GRADIENTS;
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isAboveMinusOneThird(scheme);
    }

    /** {@code d2}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "d2";
        }

        @Override
        public List<Key<?>> keys() {
            return Direction.keys(UNITS);
        }

        @Override
        public Settings canonical(Settings settings) {
            return Direction.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new ExactDiffusion(Direction.of(settings), settings.get(UNITS));
        }
    }
}
