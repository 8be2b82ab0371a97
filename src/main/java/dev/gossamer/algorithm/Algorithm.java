package dev.gossamer.algorithm;

import dev.gossamer.topology.Scheme;
import java.util.function.Supplier;

/**
 * A decentralized training algorithm, as what a step makes of the matrices that it keeps. An algorithm says what is
 * computed, not when or where: {@link Update} finds that out.
 */
@FunctionalInterface
public interface Algorithm {

    /**
     * Says what each kept matrix becomes, see {@link Kept#becomes}; those of which nothing is said stay. Asked once for
     * each kind of step; all keep the same matrices.
     */
    void step(Step step);

    /** Number of kinds of steps that differ in what is computed, at least 1. */
    default int kinds() {
        return 1;
    }

    /**
     * The kind of a step, in [0, kinds).
     *
     * @param step the step, counted from 0
     */
    default int kind(long step) {
        return 0;
    }

    /** The scheme that it mixes by, where it does not mix at every step of the network's as that says. */
    default Scheme scheme(Scheme network) {
        return network;
    }

    /**
     * Whether it mixes by the weights of a network's scheme; otherwise it needs its connections alone, or nothing of
     * it, and how strongly workers mix makes no difference.
     */
    default boolean usesWeights() {
        return true;
    }

    /** Whether it is decentralized SGD with its own {@link #scheme}, which is what the theory of topologies is of. */
    default boolean isDescent() {
        return false;
    }

    /** Whether it divides by the learning rate, which must then not be 0 at any step. */
    default boolean dividesByLearningRate() {
        return false;
    }

    /**
     * Whether all that it needs of a scheme is that workers take means: rows that sum to 1. Those of most topologies
     * do, and need not be made to be checked.
     */
    default boolean needsMeansOnly() {
        return false;
    }

    /**
     * Whether it corrects what it keeps for having started from zero at the first step, so that it must not be set to
     * zero again later.
     */
    default boolean correctsForStart() {
        return false;
    }

    /**
     * The step of a scheme whose matrix the values of a step are mixed by: its own, unless workers mix before they take
     * gradients.
     *
     * @param step the step whose gradients they are, counted from 0
     */
    default long exchange(long step) {
        return step;
    }

    /**
     * Checks what the algorithm needs of a network's scheme.
     *
     * @param scheme makes the scheme, which takes long for thousands of workers
     * @throws IllegalArgumentException if the scheme does not have it, with a sentence for the user
     */
    default void check(Supplier<Scheme> scheme) {
        // any will do
    }
}
