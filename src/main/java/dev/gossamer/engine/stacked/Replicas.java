package dev.gossamer.engine.stacked;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Score;
import java.nio.FloatBuffer;
import java.util.Optional;

/** n replicas in the memory of a device. Used by one thread at a time. */
public interface Replicas extends ReplicaMatrices, AutoCloseable {

    /** Copies row i of a matrix into {@code destination}, d values from its position. */
    void read(Stored matrix, int worker, FloatBuffer destination);

    /** Replaces row i of a matrix by d values from the position of {@code source}. */
    void write(Stored matrix, int worker, FloatBuffer source);

    /**
     * Fills the gradient matrix: runs the training program for every replica.
     *
     * @param batch one mini-batch per worker
     * @param seeds seed of each worker's dropout masks
     * @param losses result: mean cross-entropy of each worker's mini-batch
     */
    void computeGradients(Batch batch, long[] seeds, double[] losses);

    /** Waits until all that was asked for is done, where a device returns before it is. */
    default void await() {}

    /**
     * Scores parameters on the images of a set, in the parts of {@link dev.gossamer.engine.ScoreSum}.
     *
     * @param matrix which rows are parameters
     * @param worker a row, or {@link dev.gossamer.engine.ReplicaEngine#MEAN} for the mean of all rows
     */
    Score score(Kept matrix, int worker, ImageSet images);

    /** See {@link dev.gossamer.engine.ReplicaEngine#prepare}. */
    default void prepare(int batch) {}

    /** How the device was made ready, where it tells. */
    default Optional<Preparation> preparation() {
        return Optional.empty();
    }

    @Override
    void close();
}
