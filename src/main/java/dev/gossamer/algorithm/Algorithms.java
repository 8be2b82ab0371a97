package dev.gossamer.algorithm;

import dev.gossamer.catalogue.Catalogue;

/** The algorithms by name. */
public final class Algorithms {

    /** All algorithms. */
    public static final Catalogue<AlgorithmFamily> CATALOGUE = Catalogue.load("algorithm", AlgorithmFamily.class);

    private Algorithms() {}
}
