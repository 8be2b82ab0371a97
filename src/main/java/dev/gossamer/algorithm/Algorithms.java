package dev.gossamer.algorithm;

import dev.gossamer.algorithm.method.DecentralizedSgd;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The algorithms by name. */
public final class Algorithms {

    /** All algorithms. */
    public static final Catalogue<AlgorithmFamily> CATALOGUE = Catalogue.load("algorithm", AlgorithmFamily.class);

    /** Which algorithm. */
    public static final Key<AlgorithmFamily> KEY =
            CATALOGUE.key("algorithm", "d-sgd", "what workers do with their gradients, and what they mix");

    /** What there was before there was a choice. */
    private static final List<Map.Entry<Key<?>, String>> FIRST = List.of(
            Map.entry(KEY, "d-sgd"),
            Map.entry(DecentralizedSgd.MIXING_ORDER, "adapt-then-combine"),
            Map.entry(Direction.NESTEROV, "false"),
            Map.entry(DecentralizedSgd.MIX_MOMENTUM, "false"));

    private Algorithms() {}

    /**
     * A recorded configuration, with what went without saying before there was a choice of algorithms.
     *
     * @param recorded texts by the names of their keys; empty for no record
     */
    public static Map<String, String> completed(Map<String, String> recorded) {
        if (recorded.isEmpty() || recorded.containsKey(KEY.toString())) {
            return recorded;
        }
        Map<String, String> completed = new LinkedHashMap<>(recorded);
        FIRST.forEach(entry -> completed.putIfAbsent(entry.getKey().toString(), entry.getValue()));
        return completed;
    }
}
