package dev.gossamer.engine;

import java.util.List;

/**
 * How long the parts of a gradient take a thread while the other threads do the same, in s: medians over replicas and
 * repetitions.
 *
 * @param rendering drawing and augmenting a replica's images
 * @param operations each operation of a replica, in the order in which they run
 */
public record GradientProfile(double rendering, List<Double> operations) {}
