package dev.gossamer.configuration;

import dev.gossamer.catalogue.Key;
import dev.gossamer.topology.Topologies;
import dev.gossamer.topology.Topology;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run as it is sent elsewhere.
 *
 * @param texts the values by the names of their keys
 * @param graph what was read of the file of its topology, as {@link Topology#recorded} has it; null where there is none
 */
record SentRun(LinkedHashMap<String, String> texts, String graph) implements Serializable {

    static SentRun of(RunConfiguration run) {
        LinkedHashMap<String, String> texts = new LinkedHashMap<>();
        run.toMap().forEach((name, value) -> texts.put(name, value.toString()));
        return new SentRun(texts, run.gossip().topology().recorded().orElse(null));
    }

    private Object readResolve() {
        Map<Key<?>, String> byKey = Keys.map();
        texts.forEach((name, text) -> byKey.put(Keys.of(name), text));
        return graph == null
                ? RunConfiguration.of(byKey)
                : RunConfiguration.of(byKey, (name, workers) -> Topologies.recorded(name, workers, graph));
    }
}
