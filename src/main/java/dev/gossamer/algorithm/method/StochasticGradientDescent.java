package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.SchemeChecks;
import java.util.function.Supplier;

/**
 * Decentralized SGD (Lian et al., "Can decentralized algorithms outperform centralized algorithms?", 2017) with the
 * {@link Direction} U of each worker: {@code X <- W_t (X - lr U)}, or in another {@link MixingOrder}. Momenta can be
 * mixed, too, after the step has used them (Yu, Jin and Yang, "On the linear speedup analysis of communication
 * efficient momentum SGD for distributed non-convex optimization", 2019): {@code M <- W_t M}.
 *
 * @param direction of the local step
 * @param order when parameters are mixed
 * @param mixMomentum whether momenta are mixed
 */
public record StochasticGradientDescent(Direction direction, MixingOrder order, boolean mixMomentum)
        implements Algorithm {

    /** With momenta that stay where they are. */
    public StochasticGradientDescent(double momentum, double weightDecay, boolean nesterov, MixingOrder order) {
        this(new Direction(momentum, weightDecay, nesterov), order, false);
    }

    /** With heavy-ball momentum, adapt then combine. */
    public StochasticGradientDescent(double momentum, double weightDecay) {
        this(momentum, weightDecay, false, MixingOrder.ADAPT_THEN_COMBINE);
    }

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
        Value move = direction.of(momenta, direction.gradients(step)).times(Coefficient.LEARNING_RATE);
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
        if (mixMomentum) {
            momenta.becomesInstead(step.mixed(momenta.next()));
        }
    }

    /** Where workers combine first, gradients are taken at parameters that are mixed already: for the step to come. */
    @Override
    public long exchange(long step) {
        return order == MixingOrder.COMBINE_THEN_ADAPT ? step + 1 : step;
    }

    @Override
    public boolean isDescent() {
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
}
