package dev.gossamer.algorithm;

import dev.gossamer.catalogue.Entry;
import dev.gossamer.catalogue.Settings;

/** An algorithm of the {@link Algorithms#CATALOGUE catalogue}, for all values of its keys. */
public interface AlgorithmFamily extends Entry {

    /** The algorithm with these values of its keys. */
    Algorithm algorithm(Settings settings);
}
