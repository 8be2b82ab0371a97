package dev.gossamer.bench;

import java.util.List;

/**
 * What was measured in each round, in their order.
 *
 * @param rounds the values, at least one
 */
public record Sample(List<Double> rounds) {

    /** Copies the values. */
    public Sample {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a sample has at least one value");
        }
        rounds = List.copyOf(rounds);
    }

    /** The middle value, or the mean of the two in the middle. */
    public double median() {
        List<Double> sorted = rounds.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    /** The smallest value. */
    public double least() {
        return rounds.stream().mapToDouble(Double::doubleValue).min().getAsDouble();
    }

    /** The largest value. */
    public double most() {
        return rounds.stream().mapToDouble(Double::doubleValue).max().getAsDouble();
    }
}
