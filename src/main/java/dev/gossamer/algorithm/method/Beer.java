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
 * BEER (Zhao et al., "BEER: fast O(1/T) rate for decentralized nonconvex optimization with communication compression",
 * 2022), compressed and exact on unequal data: public copies H of models and K of trackers V,
 * {@code V <- V + gamma (W K - K) + G - G'} with G' of the step before (V = G in the first step),
 * {@code K <- K + Q(V - K)}, {@code X <- X + gamma (W H - H) - lr V}, {@code H <- H + Q(X - H)}. What is kept of
 * the trackers is {@code C = V + gamma (W K - K) - G}.
 *
 * @param weightDecay coefficient of the L2 term, at least 0
 * @param models Q for models
 * @param trackers Q for trackers
 * @param gamma consensus step size, in (0, 1]
 */
public record Beer(double weightDecay, Compression models, Compression trackers, double gamma) implements Algorithm {

    @Override
    public int kinds() {
        return 2;
    }

    /** Nothing is known of trackers in the first step: V = G then, and K stays 0. */
    @Override
    public int kind(long step) {
        return step == 0 ? 0 : 1;
    }

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept corrections = step.keep("corrections", Kept.Initial.ZERO);
        Kept copies = step.keep("public-copies", Kept.Initial.ZERO);
        Kept trackerCopies = step.keep("public-trackers", Kept.Initial.ZERO);
        Value gradients = new Direction(0, weightDecay, false).of(step);
        Value tracked = gradients.plus(corrections);
        x.becomes(x.plus(Compressors.pull(step, copies, gamma)).minus(tracked.times(Coefficient.LEARNING_RATE)));
        copies.becomes(copies.plus(step.compressed(x.next().minus(copies), models)));
        if (step.kind() > 0) {
            trackerCopies.becomes(trackerCopies.plus(step.compressed(tracked.minus(trackerCopies), trackers)));
            corrections.becomes(tracked.plus(Compressors.pull(step, trackerCopies.next(), gamma)).minus(gradients));
        }
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isStatic(scheme);
        SchemeChecks.isSymmetric(scheme);
    }

    /** {@code beer}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "beer";
        }

        @Override
        public List<Key<?>> keys() {
            return Compressors.keys(List.of(Direction.WEIGHT_DECAY));
        }

        @Override
        public Settings canonical(Settings settings) {
            return Compressors.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new Beer(settings.get(Direction.WEIGHT_DECAY), Compressors.of(settings, 0),
                    Compressors.of(settings, 1), settings.get(Compressors.GAMMA));
        }
    }
}
