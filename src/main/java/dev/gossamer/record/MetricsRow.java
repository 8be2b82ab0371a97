package dev.gossamer.record;

import dev.gossamer.algorithm.Sent;
import java.util.Optional;

/**
 * One row of {@code metrics.csv}: one worker (or the mean model) on one split at one evaluation.
 *
 * @param step training steps done
 * @param epoch images of all workers together over the size of the training set
 * @param elapsedSeconds seconds of training since the start of the run
 * @param learningRate learning rate of the last step, schedule included
 * @param split {@link #TRAIN} or {@link #TEST}
 * @param worker number of the worker, or {@link #MEAN_MODEL}
 * @param loss mean cross-entropy, in nats
 * @param accuracy in [0, 1]
 * @param consensusDistance (1/n) sum_i ||x_i - mean||^2
 * @param sent what all workers together have sent since the start of the run; empty in files of earlier versions
 */
public record MetricsRow(
        long step,
        double epoch,
        double elapsedSeconds,
        double learningRate,
        String split,
        String worker,
        double loss,
        double accuracy,
        double consensusDistance,
        Optional<Sent> sent) {

    /** Stands for the mean model where a row names a worker. */
    public static final String MEAN_MODEL = "mean";

    /** The split of the images trained on. */
    public static final String TRAIN = "train";

    /** The split of the images kept for testing. */
    public static final String TEST = "test";
}
