package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.topology.MixingMatrix;

/**
 * The matrices of n replicas with d parameters, each [n, d] with a worker's values in a row: those that an
 * algorithm keeps, and the gradients.
 */
public interface ReplicaMatrices {

    /**
     * One step of the algorithm.
     *
     * @param clock what changes from step to step
     * @param mixing the mixing matrix W [n, n]; the same object at each step of the same phase, as what is made of
     *     it is kept while it is among those used last
     */
    void step(Clock clock, MixingMatrix mixing);

    /** Consensus distance of X: (1/n) sum_i ||x_i - mean||^2. */
    double consensusDistance();
}
