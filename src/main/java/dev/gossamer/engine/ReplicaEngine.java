package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * n replicas of one model over matrices [n, d]: parameters X, what else an algorithm keeps, and gradients G. All workers
 * start from the same vector.
 *
 * <p>A training step is {@link #computeGradients} followed by {@link #update}. An engine is used by one thread at a
 * time; it may use several threads itself. It owns native memory and is closed after use.
 */
public interface ReplicaEngine extends AutoCloseable {

    /** Stands for the mean model, the average of all workers' parameters, where a worker is asked for. */
    int MEAN = -1;

    /** Engine, backend and device in words, for records and the first line of a run. */
    String description();

    /** Number of workers n. */
    int workers();

    /** Number of parameters d of one replica. */
    long parameters();

    /** What a step does, and which matrices it keeps. */
    Update rule();

    /**
     * Fills G: row i becomes the gradient of the mean cross-entropy of worker i's mini-batch at row i of X, in training
     * mode (dropout on, batch norm on batch statistics).
     *
     * @param batch one mini-batch per worker
     * @param step the step, counted from 0; it seeds the dropout masks
     * @return the training loss, averaged over the workers; not finite where a worker's is not
     * @throws IllegalArgumentException if the batch does not fit the workers or the model
     */
    double computeGradients(Batch batch, long step);

    /**
     * One step of the algorithm.
     *
     * @param clock what changes from step to step
     * @param mixing the mixing matrix W_t
     * @throws IllegalArgumentException if the mixing matrix is for another number of workers
     */
    void update(Clock clock, MixingMatrix mixing);

    /** Waits until all that was asked for is done, where an engine returns before it is. */
    default void await() {}

    /**
     * Scores what the algorithm evaluates of one worker, parameters or their moving average, on all images of a set, with dropout off and
     * batch norm on the statistics of each chunk of images.
     *
     * @param worker a worker in [0, n), or {@link #MEAN}
     * @param images what to score on
     */
    Score evaluate(int worker, ImageSet images);

    /** Consensus distance of X: (1/n) sum_i ||x_i - mean||^2, the squared distance of a worker to the mean model. */
    double consensusDistance();

    /**
     * Copies a worker's row of a matrix into a buffer, d values from its position.
     *
     * @param matrix one of {@link #rule()}
     * @param worker a worker in [0, n)
     */
    void read(Stored matrix, int worker, FloatBuffer destination);

    /**
     * Replaces a worker's row of a matrix by d values from the position of a buffer. The other matrices stay.
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

    /**
     * Makes the first step ready ahead of time.
     *
     * @param batch images per replica of a step
     */
    default void prepare(int batch) {}

    /** How the device was made ready, where it tells; more of it the more was done. */
    default Optional<Preparation> preparation() {
        return Optional.empty();
    }

    @Override
    void close();
}
