package dev.gossamer.algorithm;

import dev.gossamer.topology.Scheme;
import java.util.function.Supplier;

/**
 * A decentralized training algorithm, as what a step makes of the matrices that it keeps. An algorithm says what is
 * computed, not when or where: {@link Update} finds that out.
 */
@FunctionalInterface
public interface Algorithm {

    /** Says what each kept matrix becomes; see {@link Kept#becomes}. */
    void step(Step step);

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
     * Checks what the algorithm needs of a scheme beside rows that sum to 1, as those of all mixing matrices do.
     *
     * @param scheme makes the scheme, which takes long for thousands of workers
     * @throws IllegalArgumentException if the scheme does not have it, with a sentence for the user
     */
    default void check(Supplier<Scheme> scheme) {
        // any will do
    }
}
