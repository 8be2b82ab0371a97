package dev.gossamer.engine;

import dev.gossamer.data.Batch;
import java.util.Optional;

/** What fills the gradient matrix G of n replicas: their networks, in training. */
public interface Gradients {

    /**
     * Row i of G becomes the gradient of the mean cross-entropy of worker i's mini-batch at row i of X, in training
     * mode (dropout on, batch norm on batch statistics).
     *
     * @param batch one mini-batch per worker
     * @param seeds seed of each worker's dropout masks [n]
     * @param losses result: mean cross-entropy of each worker's mini-batch [n], in nats
     */
    void compute(Batch batch, long[] seeds, double[] losses);

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

    /**
     * Computes gradients several times with a clock around each operation, where the device can.
     *
     * @param batch one mini-batch per worker
     * @param seeds seed of each worker's dropout masks [n]
     * @param repetitions number of times, at least 1
     */
    default Optional<GradientProfile> profile(Batch batch, long[] seeds, int repetitions) {
        return Optional.empty();
    }
}
