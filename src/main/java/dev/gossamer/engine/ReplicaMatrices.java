package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;

/**
 * The matrices of n replicas with d parameters, each [n, d] with a worker's values in a row: those that an
 * algorithm keeps, and the gradients.
 */
public interface ReplicaMatrices {

    /** What a step does, and which matrices it keeps. */
    Update rule();

    /** Number of workers n. */
    int workers();

    /** Number of parameters d of one replica. */
    long parameters();

    /**
     * One step of the algorithm.
     *
     * @param clock what changes from step to step
     * @param mixing the mixing matrix W [n, n]; the same object at each step of the same phase, as what is made of
     *     it is kept while it is among those used last
     */
    void step(Clock clock, MixingMatrix mixing);

    /** Waits until all that was asked for is done, where a device returns before it is. */
    default void await() {}

    /**
     * Consensus distance of a matrix: (1/n) sum_i ||x_i - mean||^2, the mean squared distance of its rows x_i to their
     * mean.
     *
     * @param matrix one of {@link #rule()}
     */
    double consensusDistance(Kept matrix);

    /**
     * Copies a worker's row of a matrix into a buffer, d values from its position, which moves on.
     *
     * @param matrix one of {@link #rule()}
     * @param worker a worker in [0, n)
     */
    void read(Stored matrix, int worker, FloatBuffer destination);

    /**
     * Replaces a worker's row of a matrix by d values from the position of a buffer, which moves on. The other matrices
     * stay.
     *
     * @param matrix one of {@link #rule()}
     * @param worker a worker in [0, n)
     */
    void write(Stored matrix, int worker, FloatBuffer source);

    /** Copies a worker's row of X, as {@link #read} does. */
    default void readParameters(int worker, FloatBuffer destination) {
        read(rule().parameters(), worker, destination);
    }

    /** Replaces a worker's row of X, as {@link #write} does. */
    default void writeParameters(int worker, FloatBuffer source) {
        write(rule().parameters(), worker, source);
    }
}
