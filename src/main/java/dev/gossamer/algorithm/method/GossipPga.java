package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Wrapper;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.topology.MixingOperators;
import dev.gossamer.topology.Scheme;
import java.util.List;

/**
 * Gossip SGD with periodic global averaging (Chen et al., "Accelerating gossip SGD with periodic global averaging",
 * 2021): decentralized SGD with the exact average in place of gossip at every H-th step. Momenta stay.
 *
 * @param direction U
 * @param period H, at least 1
 */
public record GossipPga(Direction direction, int period) implements Wrapper {

    @Override
    public Algorithm inner() {
        return new StochasticGradientDescent(direction, MixingOrder.ADAPT_THEN_COMBINE, false);
    }

    @Override
    public Scheme scheme(Scheme network) {
        return MixingOperators.periodicAveraging(network, period);
    }

    @Override
    public boolean isDescent() {
        return true;
    }

    /** {@code gossip-pga}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "gossip-pga";
        }

        @Override
        public List<Key<?>> keys() {
            return Direction.keys(LocalSgd.PERIOD);
        }

        @Override
        public Settings canonical(Settings settings) {
            return Direction.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new GossipPga(Direction.of(settings), settings.get(LocalSgd.PERIOD));
        }
    }
}
