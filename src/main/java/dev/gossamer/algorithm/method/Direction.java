package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a worker alone would go: the gradient with weight decay, {@code G + weightDecay X}, and with momentum
 * {@code M <- momentum M + (G + weightDecay X)}. The direction U is M, or with Nesterov's momentum
 * {@code (G + weightDecay X) + momentum M} (Sutskever et al., "On the importance of initialization and momentum in deep
 * learning", 2013, as PyTorch has it). M is never mixed.
 *
 * @param momentum in [0, 1)
 * @param weightDecay coefficient of the L2 term on every parameter, biases too, at least 0
 * @param nesterov whether the momentum is Nesterov's; otherwise it is the heavy ball's
 */
public record Direction(double momentum, double weightDecay, boolean nesterov) {

    /** Momentum. */
    public static final Key<Double> MOMENTUM =
            Key.number("momentum", "0.9", "[0, 1)", "momentum of each worker");

    /** L2 coefficient on every parameter. */
    public static final Key<Double> WEIGHT_DECAY =
            Key.number("weight-decay", "1e-4", "[0, 1e6]", "L2 coefficient on every parameter, biases too");

    /** Whether the momentum is Nesterov's. */
    public static final Key<Boolean> NESTEROV = Key.flag("nesterov",
            "Nesterov's momentum in place of the heavy ball's").before("false");

    /** All keys. */
    static final List<Key<?>> KEYS = List.of(MOMENTUM, WEIGHT_DECAY, NESTEROV);

    /** Checks the ranges. */
    public Direction {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum must be in [0, 1), got " + momentum);
        }
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            throw new IllegalArgumentException("weight decay must be at least 0, got " + weightDecay);
        }
    }

    /** All keys, and more of an algorithm. */
    static List<Key<?>> keys(Key<?>... more) {
        return Stream.concat(KEYS.stream(), Stream.of(more)).toList();
    }

    /** That of an algorithm with all keys. */
    static Direction of(Settings settings) {
        return new Direction(settings.get(MOMENTUM), settings.get(WEIGHT_DECAY), settings.get(NESTEROV));
    }

    /** Without momentum, there is none of Nesterov's. */
    static Settings canonical(Settings settings) {
        return settings.get(MOMENTUM) == 0 ? settings.with(NESTEROV, false) : settings;
    }

    /** G + weightDecay X. */
    Value gradients(Step step) {
        return step.gradients().plus(step.parameters().times(weightDecay));
    }

    /** U; without momentum, nothing is kept for it. */
    Value of(Step step) {
        return of(step, gradients(step));
    }

    /** What becomes of other values than gradients. */
    Value of(Step step, Value gradients) {
        return momentum == 0 ? gradients : of(step.keep("momenta", Kept.Initial.ZERO), gradients);
    }

    /** The same with momenta that are kept anyway. */
    Value of(Kept momenta, Value gradients) {
        momenta.becomes(momenta.times(momentum).plus(gradients));
        return nesterov ? gradients.plus(momenta.next().times(momentum)) : momenta.next();
    }
}
