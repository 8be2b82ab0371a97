package dev.gossamer.algorithm;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Key;
import java.util.LinkedHashMap;
import java.util.Map;

/** The algorithms by name. */
public final class Algorithms {

    /** All algorithms. */
    public static final Catalogue<AlgorithmFamily> CATALOGUE = Catalogue.load("algorithm", AlgorithmFamily.class);

    /** Which algorithm. */
    public static final Key<AlgorithmFamily> KEY =
            CATALOGUE.key("algorithm", "d-sgd", "what workers do with their gradients, and what they mix");

    /** What there was before there was a choice. */
    private static final Map<String, String> FIRST = Map.of(
            KEY.toString(), "d-sgd",
            DecentralizedSgd.MIXING_ORDER.toString(), "adapt-then-combine",
            DecentralizedSgd.NESTEROV.toString(), "false");

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
        FIRST.forEach(completed::putIfAbsent);
        return completed;
    }
}
