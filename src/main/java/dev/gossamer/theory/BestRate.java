package dev.gossamer.theory;

/**
 * The learning rate at which a random quadratic converges fastest.
 *
 * @param learningRate the learning rate, at most 1
 * @param rate the rate r at it: one step multiplies the expected squared distance to the optimum by 1 - r
 */
public record BestRate(double learningRate, double rate) {}
