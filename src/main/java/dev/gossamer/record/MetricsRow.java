package dev.gossamer.record;

/**
 * One row of {@code metrics.csv}: one worker (or the mean model) on one split at one evaluation.
 *
 * @param step training steps done
 * @param epoch images of all workers together over the size of the training set
 * @param elapsedSeconds seconds of training since the start of the run
 * @param learningRate learning rate of the last step, schedule included
 * @param split {@code train} or {@code test}
 * @param worker number of the worker, or {@code mean} for the mean model
 * @param loss mean cross-entropy, in nats
 * @param accuracy in [0, 1]
 * @param consensusDistance (1/n) sum_i ||x_i - mean||^2
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
        double consensusDistance) {}
