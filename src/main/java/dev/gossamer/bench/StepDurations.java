package dev.gossamer.bench;

/**
 * Median durations of one engine's training steps in one round, in seconds.
 *
 * @param step a whole step: waiting for the batch, gradients, update and mixing
 * @param gradients forward and backward pass of all replicas
 * @param update local SGD step, mixing and moving average
 */
public record StepDurations(double step, double gradients, double update) {}
