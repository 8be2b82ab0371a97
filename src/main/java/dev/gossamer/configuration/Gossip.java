package dev.gossamer.configuration;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import dev.gossamer.topology.Consensus;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topology;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Who averages with whom, and how strongly.
 *
 * @param topology the topology, of 1 to 4096 workers
 * @param consensus what becomes of its mixing matrices
 */
public record Gossip(Topology topology, Consensus consensus) {

    /** Topology. */
    public static final Key<String> TOPOLOGY = Key.of("topology", "ring", "a topology that fits the number of workers",
            "who averages with whom", text -> text);

    /** Number of workers n. */
    public static final Key<Integer> WORKERS = Key.integer("workers", "32", "[1, 4096]", "number of workers");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS =
            Stream.concat(Stream.of(TOPOLOGY, WORKERS), Consensus.KEYS.stream()).toList();

    /** Checks the number of workers. */
    public Gossip {
        WORKERS.check(topology.workers());
    }

    /**
     * The gossip of a configuration.
     *
     * @param topologies the topology of a name and a number of workers
     */
    static Gossip of(Values values, BiFunction<String, Integer, Topology> topologies) {
        String name = values.get(TOPOLOGY);
        int workers = values.get(WORKERS);
        try {
            return new Gossip(topologies.apply(name, workers), Consensus.of(values));
        } catch (ConfigurationException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            String hint = workers == 1 ? "; one worker alone is the topology solo" : "";
            throw new ConfigurationException("topology: " + e.getMessage() + hint);
        }
    }

    /** Number of workers n. */
    public int workers() {
        return topology.workers();
    }

    /**
     * The mixing matrices of the run, made anew as {@link Topology#scheme} makes those of the topology.
     *
     * @throws IllegalArgumentException if those cannot be accelerated, with a sentence for the user
     * @throws ArithmeticException if weights cannot be computed
     */
    public Scheme scheme() {
        return consensus.of(topology.scheme());
    }

    /** The same with another topology. */
    Gossip with(Topology other) {
        return new Gossip(other, consensus);
    }

    void write(Written written) {
        written.put(TOPOLOGY, topology.name());
        written.put(WORKERS, topology.workers());
        consensus.write(written);
    }
}
