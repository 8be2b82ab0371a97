package dev.gossamer.algorithm;

/**
 * Decentralized SGD with heavy-ball momentum, which is never mixed (Lian et al., "Can decentralized algorithms outperform
 * centralized algorithms?", 2017; adapt then combine: Chen and Sayed, 2012): with the direction
 * {@code M <- momentum M + (G + weightDecay X)}, adapt then combine is {@code X <- W_t (X - learningRate M)}.
 *
 * @param momentum heavy-ball momentum in [0, 1)
 * @param weightDecay coefficient of the L2 term on every parameter, biases too, at least 0
 */
public record StochasticGradientDescent(double momentum, double weightDecay) implements Algorithm {

    /** Checks the ranges. */
    public StochasticGradientDescent {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum must be in [0, 1), got " + momentum);
        }
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            throw new IllegalArgumentException("weight decay must be at least 0, got " + weightDecay);
        }
    }

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
        Value direction = momenta.times(momentum).plus(step.gradients().plus(x.times(weightDecay)));
        momenta.becomes(direction);
        x.becomes(step.mixed(x.minus(direction.times(Coefficient.LEARNING_RATE))));
    }
}
