package dev.gossamer.algorithm;

import dev.gossamer.topology.Scheme;
import java.util.function.Supplier;

/**
 * Exact diffusion, or D2 (Tang et al., "D2: decentralized training over decentralized data", 2018), with corrections of
 * the parameters' kind: {@code X' = W (X - lr G + C)}, {@code C <- X' - X + lr G}.
 */
public record ExactDiffusion(double weightDecay) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept corrections = step.keep("corrections", Kept.Initial.ZERO);
        Value local = x.minus(step.gradients().plus(x.times(weightDecay)).times(Coefficient.LEARNING_RATE));
        x.becomes(step.mixed(local.plus(corrections)));
        corrections.becomes(x.next().minus(local));
    }

    @Override
    public void check(Supplier<Scheme> topology) {
        Scheme scheme = topology.get();
        if (!scheme.isStatic() || !scheme.isSymmetric()) {
            throw new IllegalArgumentException("exact diffusion needs a topology that is undirected and the same at"
                    + " every step, got " + scheme.name());
        }
    }
}
