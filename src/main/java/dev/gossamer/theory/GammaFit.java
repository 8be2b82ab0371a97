package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;

/**
 * The decay gamma under which the {@link RandomWalk} predicts measured results best: the one of the strongest Pearson
 * correlation between prediction and measurement, so that neither needs a scale. The search covers 0 &lt;= gamma &lt;=
 * 0.9999: a scan of 65 values, evenly spaced in log(1 - gamma), and a refinement around the best of them.
 *
 * @param gamma the decay
 * @param correlation the correlation at it, at most 1
 * @param atBound whether gamma is at an end of the search, where the measurements do not determine it
 */
public record GammaFit(double gamma, double correlation, boolean atBound) {

    private static final double SLOWEST_LOG_DECAY = Math.log(1e4);
    private static final int SCAN = 64;
    private static final int FEWEST_MEASUREMENTS = 3;

    /**
     * What was measured with a topology.
     *
     * @param scheme the topology
     * @param value a positive number that should grow with the effective number of neighbours as a power of it, such as
     *     the best learning rate, or the largest one that did not diverge
     */
    public record Measurement(Scheme scheme, double value) {

        /**
         * Checks the value.
         *
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Measurement {
            if (!(value > 0 && Double.isFinite(value))) {
                throw new IllegalArgumentException(
                        "the measurement of " + scheme.name() + " is positive and finite, got " + value);
            }
        }
    }

    /**
     * Fits log n_eff, of the variance averaged over workers and phases, to the logarithms of measurements.
     *
     * @param measurements at least 3, not all equal
     * @throws IllegalArgumentException if there are fewer, or nothing correlates with them because all are equal, or
     *     all topologies are
     */
    public static GammaFit ofMeasurements(List<Measurement> measurements) {
        if (measurements.size() < FEWEST_MEASUREMENTS) {
            throw new IllegalArgumentException("a fit of gamma needs at least " + FEWEST_MEASUREMENTS
                    + " measurements, got " + measurements.size());
        }
        double[] measured = measurements.stream().mapToDouble(m -> Math.log(m.value())).toArray();
        List<RandomWalk> walks = measurements.stream().map(m -> RandomWalk.of(m.scheme())).toList();
        return strongest(gamma -> correlation(measured, logNeighbors(walks, gamma)));
    }

    private static double[] logNeighbors(List<RandomWalk> walks, double gamma) {
        return walks.stream()
                .mapToDouble(walk -> Math.log(walk.effectiveNeighbors(gamma).periodMean()))
                .toArray();
    }

    /**
     * Fits the covariance of the random walk to a measured covariance of the workers' parameters, entry by
     * entry.
     *
     * @param scheme the topology
     * @param phase the step of the period before which it was measured
     * @param measured the covariance [n, n]
     * @throws IllegalArgumentException if the phase or the shape is wrong, or all entries are equal
     */
    public static GammaFit ofCovariance(Scheme scheme, int phase, double[][] measured) {
        int n = scheme.workers();
        if (measured.length != n || Arrays.stream(measured).anyMatch(row -> row.length != n)) {
            throw new IllegalArgumentException("the covariance of " + n + " workers is of " + n + " rows and columns");
        }
        double[] entries = flat(measured);
        RandomWalk walk = RandomWalk.of(scheme);
        return strongest(gamma -> correlation(entries, flat(walk.covariance(gamma, phase))));
    }

    private static double[] flat(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double correlation(double[] measured, double[] predicted) {
        double correlation = new PearsonsCorrelation().correlation(measured, predicted);
        return Double.isNaN(correlation) ? -1 : correlation;
    }

    private static GammaFit strongest(DoubleUnaryOperator correlation) {
        double spacing = SLOWEST_LOG_DECAY / SCAN;
        int best = 0;
        double strongest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k <= SCAN; k++) {
            double here = correlation.applyAsDouble(gamma(k * spacing));
            if (here > strongest) {
                best = k;
                strongest = here;
            }
        }
        if (strongest == -1) {
            throw new IllegalArgumentException(
                    "gamma cannot be fitted: all measurements are equal, or all predictions are");
        }
        double logDecay = refine(correlation, Math.max(0, best - 1) * spacing, Math.min(SCAN, best + 1) * spacing);
        double refined = correlation.applyAsDouble(gamma(logDecay));
        if (refined <= strongest) {
            logDecay = best * spacing;
        }
        boolean atBound = logDecay < spacing / 100 || logDecay > SLOWEST_LOG_DECAY - spacing / 100;
        return new GammaFit(gamma(logDecay), Math.max(refined, strongest), atBound);
    }

    private static double refine(DoubleUnaryOperator correlation, double low, double high) {
        return new BrentOptimizer(1e-9, 1e-10)
                .optimize(
                        new MaxEval(500),
                        GoalType.MAXIMIZE,
                        new SearchInterval(low, high),
                        new UnivariateObjectiveFunction(logDecay -> correlation.applyAsDouble(gamma(logDecay))))
                .getPoint();
    }

    /** gamma = 1 - exp(-u). */
    private static double gamma(double logDecay) {
        return -Math.expm1(-logDecay);
    }
}
