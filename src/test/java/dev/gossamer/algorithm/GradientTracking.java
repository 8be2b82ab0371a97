package dev.gossamer.algorithm;

/**
 * Gradient tracking, adapt then combine (Nedic, Olshevsky and Shi, "Achieving geometric convergence for distributed
 * optimization over time-varying graphs", 2017): {@code Y = G + C}, {@code X <- W_t (X - lr Y)}, {@code C <- W_t Y -
 * G}.
 */
public record GradientTracking(double weightDecay) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept corrections = step.keep("corrections", Kept.Initial.ZERO);
        Value gradients = step.gradients().plus(x.times(weightDecay));
        Value tracked = gradients.plus(corrections);
        x.becomes(step.mixed(x.minus(tracked.times(Coefficient.LEARNING_RATE))));
        corrections.becomes(step.mixed(tracked).minus(gradients));
    }
}
