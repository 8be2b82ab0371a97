package dev.gossamer.report.analysis;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * The mean of a sample, and how far around it the mean of the population is with 95 % confidence: Student's t for a
 * sample of independent draws from a normal distribution. Three draws at least make an interval that says something:
 * with two, it is 12.7 standard errors to both sides.
 *
 * @param count number of values k
 * @param mean their mean
 * @param halfWidth t(0.975, k - 1) s / sqrt(k), in the unit of the values; empty where k is 1
 */
public record MeanInterval(int count, double mean, OptionalDouble halfWidth) {

    private static final double CONFIDENCE = 0.95;

    /**
     * Of a sample.
     *
     * @param values at least one
     * @throws IllegalArgumentException if there is none
     */
    public static MeanInterval of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /**
     * Of the differences between pairs: what both samples have in common, such as the images that a seed draws, does
     * not widen it. Keys that only one sample has are left out.
     *
     * @param first a value for each seed
     * @param second a value for each seed, which is subtracted
     * @return empty where the samples have no seed in common
     */
    public static Optional<MeanInterval> ofDifferences(Map<Long, Double> first, Map<Long, Double> second) {
        double[] differences = first.keySet().stream()
                .filter(second::containsKey)
                .mapToDouble(seed -> first.get(seed) - second.get(seed))
                .toArray();
        return differences.length == 0 ? Optional.empty() : Optional.of(of(differences));
    }

    private static MeanInterval of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a mean needs at least one value");
        }
        SummaryStatistics statistics = new SummaryStatistics();
        Arrays.stream(values).forEach(statistics::addValue);
        if (values.length == 1) {
            return new MeanInterval(1, statistics.getMean(), OptionalDouble.empty());
        }
        double standardError = statistics.getStandardDeviation() / Math.sqrt(values.length);
        double t = new TDistribution(values.length - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        return new MeanInterval(values.length, statistics.getMean(), OptionalDouble.of(t * standardError));
    }

    /** Whether the interval does not contain 0; false where there is none. */
    public boolean excludesZero() {
        return halfWidth.isPresent() && Math.abs(mean) > halfWidth.getAsDouble();
    }
}
