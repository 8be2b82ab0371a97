package dev.gossamer.configuration;

import dev.gossamer.catalogue.Key;
import dev.gossamer.topology.GraphFiles;
import dev.gossamer.topology.Topologies;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run as it is sent elsewhere.
 *
 * @param texts the values by the names of their keys
 * @param graph the graph of its topology, where that is from a file, as {@link GraphFiles#text} has it; else null
 */
record SentRun(LinkedHashMap<String, String> texts, String graph) implements Serializable {

    static SentRun of(RunConfiguration run) {
        LinkedHashMap<String, String> texts = new LinkedHashMap<>();
        run.toMap().forEach((name, value) -> texts.put(name, value.toString()));
        return new SentRun(texts, run.gossip().topology().graph().map(GraphFiles::text).orElse(null));
    }

    private Object readResolve() {
        Map<Key<?>, String> byKey = Keys.map();
        texts.forEach((name, text) -> byKey.put(Keys.of(name), text));
        return graph == null
                ? RunConfiguration.of(byKey)
                : RunConfiguration.of(byKey, (name, workers) ->
                Topologies.recorded(name, GraphFiles.parse(graph, workers)));
    }
}
