package dev.gossamer.engine;

import dev.gossamer.topology.MixingMatrix;

/**
 * The matrices of n replicas with d parameters, each [n, d] with a worker's values in a row: parameters X, gradients G,
 * momenta M and, where it is on, the moving average of X.
 */
public interface ReplicaMatrices {

    /**
     * The local SGD step on every row, then the gossip step X &lt;- W X, then the moving average; see {@link SgdStep}.
     *
     * @param step learning rate, momentum and decays
     * @param mixing the mixing matrix W [n, n]; the same object at each step of the same phase, as it is prepared once
     */
    void step(SgdStep step, MixingMatrix mixing);

    /** Consensus distance of X: (1/n) sum_i ||x_i - mean||^2. */
    double consensusDistance();
}
