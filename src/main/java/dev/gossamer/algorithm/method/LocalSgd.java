package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Wrapper;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.topology.MixingOperators;
import dev.gossamer.topology.Scheme;
import java.util.List;
import java.util.function.Supplier;

/**
 * Local SGD (Stich, "Local SGD converges fast and communicates little", 2019; McMahan et al., "Communication-efficient
 * learning of deep networks from decentralized data", 2017): workers step alone, and only at every H-th step they take
 * the exact average, or mix by W_t. Momenta stay.
 *
 * @param direction U
 * @param period H, at least 1
 * @param gossips whether workers mix by the topology then; otherwise they take the exact average
 */
public record LocalSgd(Direction direction, int period, boolean gossips) implements Wrapper {

    /** Steps between two averages. */
    public static final Key<Integer> PERIOD = Key.integer("averaging-period", "10", "[1, 1000000000]",
            "steps from one exact average of all workers to the next, the first one after so many steps");

    /** Whether workers mix by the topology. */
    public static final Key<Boolean> LOCAL_GOSSIP = Key.flag("local-gossip",
            "local SGD mixes by the topology every averaging-period steps, in place of the exact average");

    @Override
    public Algorithm inner() {
        return new StochasticGradientDescent(direction, MixingOrder.ADAPT_THEN_COMBINE, false);
    }

    @Override
    public Scheme scheme(Scheme network) {
        return MixingOperators.localSteps(
                gossips ? network : MixingOperators.exactAverage(network.workers()), period);
    }

    @Override
    public boolean isDescent() {
        return true;
    }

    @Override
    public boolean usesWeights() {
        return gossips;
    }

    /** Exact averages are those of any network. */
    @Override
    public void check(Supplier<Scheme> scheme) {
        if (gossips) {
            inner().check(scheme);
        }
    }

    /** {@code local-sgd}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "local-sgd";
        }

        @Override
        public List<Key<?>> keys() {
            return Direction.keys(PERIOD, LOCAL_GOSSIP);
        }

        @Override
        public Settings canonical(Settings settings) {
            return Direction.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new LocalSgd(Direction.of(settings), settings.get(PERIOD), settings.get(LOCAL_GOSSIP));
        }
    }
}
