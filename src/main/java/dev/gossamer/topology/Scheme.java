package dev.gossamer.topology;

/**
 * A communication topology for a number of workers: the sequence of mixing matrices W_0, W_1, ... of the gossip step
 * X &lt;- W_t X. A static topology has period 1. Schemes are immutable.
 */
public interface Scheme {

    /** The name this scheme is known by; {@link Topologies#parse} reads it back, for example {@code torus-4x8}. */
    String name();

    /** Number of workers n, at least 1. */
    int workers();

    /** Number of steps after which the sequence of mixing matrices repeats, at least 1. */
    int period();

    /**
     * The mixing matrix of a step.
     *
     * @param step the step, counted from 0; the matrix depends on {@code step % period()} only
     */
    MixingMatrix at(long step);

    /** Whether every step uses the same mixing matrix. */
    default boolean isStatic() {
        return period() == 1;
    }
}
