package dev.gossamer.theory;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A number found by simulation, with its 99 % confidence interval.
 *
 * @param value the estimate
 * @param lower the lower end of the interval
 * @param upper the upper end of the interval
 */
public record Estimate(double value, double lower, double upper) {

    /** Half the width of the interval, in standard errors of a normally distributed mean. */
    private static final double QUANTILE = new NormalDistribution().inverseCumulativeProbability(0.995);

    /** Whether a number is inside of the interval. */
    public boolean contains(double number) {
        return lower <= number && number <= upper;
    }

    /** The interval around a mean whose standard error is known. */
    static Estimate of(double mean, double standardError) {
        return new Estimate(mean, mean - QUANTILE * standardError, mean + QUANTILE * standardError);
    }
}
