package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import java.util.List;

/** Decentralized SGD by name, see {@link StochasticGradientDescent}. */
public final class DecentralizedSgd implements AlgorithmFamily {

    /** When parameters are mixed. */
    public static final Key<MixingOrder> MIXING_ORDER = Key.choice("mixing-order", MixingOrder.ADAPT_THEN_COMBINE,
            "whether workers mix after their local step, before it, or at the same time")
            .before("adapt-then-combine");

    /** Whether momenta are mixed. */
    public static final Key<Boolean> MIX_MOMENTUM = Key.flag("mix-momentum", "workers mix their momenta, too")
            .before("false");

    @Override
    public String form() {
        return "d-sgd";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(Direction.MOMENTUM, Direction.WEIGHT_DECAY, MIXING_ORDER, Direction.NESTEROV, MIX_MOMENTUM);
    }

    /** Without momentum, there is none to mix. */
    @Override
    public Settings canonical(Settings settings) {
        return Direction.canonical(
                settings.get(Direction.MOMENTUM) == 0 ? settings.with(MIX_MOMENTUM, false) : settings);
    }

    @Override
    public Algorithm algorithm(Settings settings) {
        return new StochasticGradientDescent(
                Direction.of(settings), settings.get(MIXING_ORDER), settings.get(MIX_MOMENTUM));
    }
}
