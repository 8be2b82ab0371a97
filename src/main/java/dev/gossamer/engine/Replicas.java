package dev.gossamer.engine;

/**
 * n replicas in the memory of a device, which has its own way for each of three parts. Used by one thread at a time; it
 * owns native memory and is closed after use.
 *
 * @param gradients what fills the gradient matrix
 * @param matrices the matrices, and a step of the algorithm on them
 * @param scoring what scores parameters
 * @param release gives the memory of all of them back
 */
public record Replicas(Gradients gradients, ReplicaMatrices matrices, Scoring scoring, Runnable release)
        implements AutoCloseable {

    @Override
    public void close() {
        release.run();
    }
}
