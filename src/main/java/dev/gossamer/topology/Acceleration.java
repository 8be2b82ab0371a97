package dev.gossamer.topology;

/** What several rounds of mixing make of a mixing matrix W. */
public enum Acceleration {

    /** {@code W^k}, see {@link MixingOperators#rounds}. */
    NONE,

    /** See {@link MixingOperators#fastMix}. */
    FASTMIX,

    /** See {@link MixingOperators#chebyshev}. */
    CHEBYSHEV
}
