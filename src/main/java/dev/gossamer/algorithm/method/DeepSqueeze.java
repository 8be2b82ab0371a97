package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression;
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
 * DeepSqueeze (Tang et al., "DeepSqueeze: decentralization meets error-compensated compression", 2019): models are
 * compressed with the error E of the steps before, {@code X <- X - lr U}, {@code V = X + E}, {@code S = Q(V)},
 * {@code E <- V - S}, {@code X <- X + gamma (W S - S)}.
 *
 * @param direction U
 * @param compression Q
 * @param gamma consensus step size, in (0, 1]
 */
public record DeepSqueeze(Direction direction, Compression compression, double gamma) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept errors = step.keep("errors", Kept.Initial.ZERO);
        Value local = x.minus(direction.of(step).times(Coefficient.LEARNING_RATE));
        Value corrected = local.plus(errors);
        Value sent = step.compressed(corrected, compression);
        errors.becomes(corrected.minus(sent));
        x.becomes(local.plus(Compressors.pull(step, sent, gamma)));
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isSymmetric(scheme);
    }

    /** {@code deep-squeeze}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "deep-squeeze";
        }

        @Override
        public List<Key<?>> keys() {
            return Compressors.keys(Direction.KEYS);
        }

        @Override
        public Settings canonical(Settings settings) {
            return Compressors.canonical(Direction.canonical(settings));
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new DeepSqueeze(
                    Direction.of(settings), Compressors.of(settings, 0), settings.get(Compressors.GAMMA));
        }
    }
}
