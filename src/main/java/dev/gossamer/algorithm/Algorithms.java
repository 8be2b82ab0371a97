package dev.gossamer.algorithm;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Key;
import java.util.List;

/** The algorithms by name. */
public final class Algorithms {

    /** All algorithms. */
    public static final Catalogue<AlgorithmFamily> CATALOGUE = Catalogue.load("algorithm", AlgorithmFamily.class);

    /** Which algorithm. */
    public static final Key<AlgorithmFamily> KEY =
            CATALOGUE.key("algorithm", "d-sgd", "what workers do with their gradients, and what they mix")
                    .before("d-sgd");

    private Algorithms() {}

    /**
     * The keys of a recorded algorithm; none if there is no such algorithm.
     *
     * @param name its name
     */
    public static List<Key<?>> keys(String name) {
        return CATALOGUE.find(name).map(match -> match.entry().keys()).orElse(List.of());
    }
}
