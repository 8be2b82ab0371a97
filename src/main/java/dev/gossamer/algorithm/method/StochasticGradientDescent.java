package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;

/**
 * Decentralized SGD with momentum, which is never mixed (Lian et al., "Can decentralized algorithms outperform
 * centralized algorithms?", 2017): {@code M <- momentum M + (G + weightDecay X)}. The direction of the local step is M,
 * or with Nesterov's momentum {@code (G + weightDecay X) + momentum M} (Sutskever et al., "On the importance of
 * initialization and momentum in deep learning", 2013, as PyTorch has it).
 *
 * @param momentum in [0, 1)
 * @param weightDecay coefficient of the L2 term on every parameter, biases too, at least 0
 * @param nesterov whether the momentum is Nesterov's; otherwise it is the heavy ball's
 * @param order when parameters are mixed
 */
public record StochasticGradientDescent(double momentum, double weightDecay, boolean nesterov, MixingOrder order)
        implements Algorithm {

    /** Checks the ranges. */
    public StochasticGradientDescent {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum must be in [0, 1), got " + momentum);
        }
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            throw new IllegalArgumentException("weight decay must be at least 0, got " + weightDecay);
        }
    }

    /** With heavy-ball momentum, adapt then combine. */
    public StochasticGradientDescent(double momentum, double weightDecay) {
        this(momentum, weightDecay, false, MixingOrder.ADAPT_THEN_COMBINE);
    }

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Value move = direction(step).times(Coefficient.LEARNING_RATE);
        switch (order) {
            case ADAPT_THEN_COMBINE -> x.becomes(step.mixed(x.minus(move)));
            case ADAPT_WHILE_COMBINING -> x.becomes(step.mixed(x).minus(move));
            case COMBINE_THEN_ADAPT -> {
                Kept local = step.keep("local", Kept.Initial.PARAMETERS);
                local.becomes(x.minus(move));
                x.becomes(step.mixed(local.next()));
                step.models(local);
            }
        }
    }

    private Value direction(Step step) {
        Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
        Value gradients = step.gradients().plus(step.parameters().times(weightDecay));
        momenta.becomes(momenta.times(momentum).plus(gradients));
        return nesterov ? gradients.plus(momenta.next().times(momentum)) : momenta.next();
    }

    /** Where workers combine first, gradients are taken at parameters that are mixed already: for the step to come. */
    @Override
    public long exchange(long step) {
        return order == MixingOrder.COMBINE_THEN_ADAPT ? step + 1 : step;
    }
}
