package dev.gossamer.algorithm.method;

/**
 * When workers mix their parameters in a step, and when they adapt them to their data (Sayed, "Adaptation, learning,
 * and optimization over networks", 2014): U is the direction of the local step, lr the learning rate.
 */
public enum MixingOrder {

    /** {@code X <- W_t (X - lr U)}. */
    ADAPT_THEN_COMBINE,

    /**
     * {@code Z = W_t X}, gradients at Z, {@code X <- Z - lr U}: adapt then combine half a step later. X, before it is
     * mixed, is what is evaluated.
     */
    COMBINE_THEN_ADAPT,

    /** {@code X <- W_t X - lr U}, gradients at X, so that workers can mix while they take them. */
    ADAPT_WHILE_COMBINING
}
