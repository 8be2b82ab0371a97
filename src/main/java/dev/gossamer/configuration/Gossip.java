package dev.gossamer.configuration;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import dev.gossamer.topology.Topology;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Who averages with whom.
 *
 * @param topology the topology, of 1 to 4096 workers
 */
public record Gossip(Topology topology) {

    /** Topology. */
    public static final Key<String> TOPOLOGY = Key.of("topology", "ring", "a topology that fits the number of workers",
            "who averages with whom", text -> text);

    /** Number of workers n. */
    public static final Key<Integer> WORKERS = Key.integer("workers", "32", "[1, 4096]", "number of workers");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = List.of(TOPOLOGY, WORKERS);

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
            return new Gossip(topologies.apply(name, workers));
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

    void write(Written written) {
        written.put(TOPOLOGY, topology.name());
        written.put(WORKERS, topology.workers());
    }
}
