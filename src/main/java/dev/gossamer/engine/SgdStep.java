package dev.gossamer.engine;

/**
 * What one optimizer step does to every worker's row x of the parameter matrix, with g the gradient of its mean
 * cross-entropy: {@code m = momentum m + (g + weightDecay x); x = x - learningRate m}; then the gossip step
 * {@code X = W_t X}; then {@code EMA = emaDecay EMA + (1 - emaDecay) X}. Momentum is never mixed.
 *
 * @param learningRate step size, at least 0, schedule factor included
 * @param momentum heavy-ball momentum in [0, 1)
 * @param weightDecay coefficient of the L2 term on every parameter, biases too, at least 0
 * @param emaDecay decay of the exponential moving average of the parameters in [0, 1); 0 switches it off
 */
public record SgdStep(double learningRate, double momentum, double weightDecay, double emaDecay) {

    /** Checks the ranges. */
    public SgdStep {
        check(learningRate >= 0 && Double.isFinite(learningRate), "learning rate", learningRate, "at least 0");
        check(momentum >= 0 && momentum < 1, "momentum", momentum, "in [0, 1)");
        check(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay", weightDecay, "at least 0");
        check(emaDecay >= 0 && emaDecay < 1, "EMA decay", emaDecay, "in [0, 1)");
    }

    private static void check(boolean valid, String what, double value, String allowed) {
        if (!valid) {
            throw new IllegalArgumentException(what + " must be " + allowed + ", got " + value);
        }
    }
}
