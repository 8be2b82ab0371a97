package dev.gossamer.engine;

/**
 * How a set of parameters does on a set of images.
 *
 * @param loss mean cross-entropy, in nats
 * @param accuracy share of images whose largest logit is that of their label, in [0, 1]
 */
public record Score(double loss, double accuracy) {}
