package dev.gossamer.algorithm;

import dev.gossamer.catalogue.Entry;
import dev.gossamer.catalogue.Settings;

/** An algorithm of the {@link Algorithms#CATALOGUE catalogue}, for all values of its keys. */
public interface AlgorithmFamily extends Entry {

    /** The values that mean the same, of which there are the fewest: equal ones are equal runs. */
    default Settings canonical(Settings settings) {
        return settings;
    }

    /** The algorithm with these values of its keys. */
    Algorithm algorithm(Settings settings);
}
