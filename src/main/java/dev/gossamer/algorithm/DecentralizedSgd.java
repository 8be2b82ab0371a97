package dev.gossamer.algorithm;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import java.util.List;

/** Decentralized SGD by name, see {@link StochasticGradientDescent}. */
public final class DecentralizedSgd implements AlgorithmFamily {

    /** Momentum. */
    public static final Key<Double> MOMENTUM = Key.number("momentum", "0.9", "[0, 1)",
            "momentum of each worker, which is not mixed");

    /** L2 coefficient on every parameter. */
    public static final Key<Double> WEIGHT_DECAY =
            Key.number("weight-decay", "1e-4", "[0, 1e6]", "L2 coefficient on every parameter, biases too");

    /** When parameters are mixed. */
    public static final Key<MixingOrder> MIXING_ORDER = Key.choice("mixing-order", MixingOrder.ADAPT_THEN_COMBINE,
            "whether workers mix after their local step, before it, or at the same time")
            .before("adapt-then-combine");

    /** Whether the momentum is Nesterov's. */
    public static final Key<Boolean> NESTEROV = Key.flag("nesterov",
            "Nesterov's momentum in place of the heavy ball's").before("false");

    @Override
    public String form() {
        return "d-sgd";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(MOMENTUM, WEIGHT_DECAY, MIXING_ORDER, NESTEROV);
    }

    /** Without momentum, there is none of Nesterov's. */
    @Override
    public Settings canonical(Settings settings) {
        return settings.get(MOMENTUM) == 0 ? settings.with(NESTEROV, false) : settings;
    }

    @Override
    public Algorithm algorithm(Settings settings) {
        return new StochasticGradientDescent(settings.get(MOMENTUM), settings.get(WEIGHT_DECAY), settings.get(NESTEROV),
                settings.get(MIXING_ORDER));
    }
}
