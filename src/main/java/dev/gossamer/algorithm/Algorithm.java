package dev.gossamer.algorithm;

/**
 * A decentralized training algorithm, as what a step makes of the matrices that it keeps. An algorithm says what is
 * computed, not when or where: {@link Update} finds that out.
 */
@FunctionalInterface
public interface Algorithm {

    /** Says what each kept matrix becomes; see {@link Kept#becomes}. */
    void step(Step step);
}
