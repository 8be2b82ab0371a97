package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.Arrays;

/**
 * The random walk of a scheme, a model of how noise travels between workers (paper, the definition of n_W(gamma)):
 * {@code x <- W_t (sqrt(gamma) x + noise)}, one number per worker, with independent standard normal noise. Its
 * covariance tends to a limit that repeats with the period of the scheme: {@code C_(t+1) = W_t (gamma C_t + I) W_t^T}.
 *
 * <p>{@link #of} does the work that does not depend on gamma. What it costs depends on what the mixing matrices have in
 * common, found from the matrices themselves:
 *
 * <ul>
 *   <li>unchanged by the translations of a cyclic or binary group (rings, tori, hypercubes, exponential and fully
 *       connected graphs, static or not): n operations per weight of one worker, and n p per gamma; good for many
 *       thousand workers;
 *   <li>static and symmetric, up to 256 workers: an eigendecomposition, some 10 n^3 operations, and n^2 per gamma;
 *   <li>static and symmetric, of more: a decomposition where the rank is low, otherwise some 100 steps of n times the
 *       number of weights on dense matrices for all gammas up to 0.95, and more for those nearer to 1; good for some
 *       thousand;
 *   <li>anything else: powers of the product over a period, about 2 log2(36 / gap) products of dense [n, n] matrices,
 *       and as much per gamma; good for some hundred.
 * </ul>
 */
public final class RandomWalk {

    private final int workers;
    private final VarianceMap varianceMap;

    private RandomWalk(int workers, VarianceMap varianceMap) {
        this.workers = workers;
        this.varianceMap = varianceMap;
    }

    /**
     * Prepares the random walk of a scheme.
     *
     * @throws ArithmeticException if rows of the mixing matrices do not sum to 1, so that the walk is none of averages;
     *     if an iteration on them does not converge, or if their products grow
     */
    public static RandomWalk of(Scheme scheme) {
        if (!scheme.isRowStochastic()) {
            throw new ArithmeticException("n_eff and rates are of mixing matrices whose rows sum to 1, as they average;"
                    + " here only columns do, as push-sum needs it");
        }
        return new RandomWalk(scheme.workers(), VarianceMap.of(scheme));
    }

    /** Number of workers n. */
    public int workers() {
        return workers;
    }

    /** Number of steps p after which the covariance repeats. */
    public int period() {
        return varianceMap.phases();
    }

    VarianceMap varianceMap() {
        return varianceMap;
    }

    /**
     * The limit covariance C_t [n, n] of the workers before step t, that is after mixing with W_(t-1); static schemes
     * have one, whatever t.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1
     * @param phase the step t, 0 &lt;= t &lt; period
     * @throws IllegalArgumentException if gamma or the phase is out of range
     * @throws ArithmeticException if the walk grows, as it can with negative weights
     */
    public double[][] covariance(double gamma, int phase) {
        checkGamma(gamma);
        if (phase < 0 || phase >= period()) {
            throw new IllegalArgumentException(
                    "the phase is at least 0 and below the period " + period() + ", got " + phase);
        }
        double[][] covariance = varianceMap.covariance(gamma, phase);
        Divergence.check(Double.isFinite(covariance[0][0]), gamma);
        return covariance;
    }

    /**
     * The effective number of neighbours for a decay.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1
     * @throws IllegalArgumentException if gamma is out of range
     * @throws ArithmeticException if the walk grows, as it can with negative weights
     */
    public EffectiveNeighbors effectiveNeighbors(double gamma) {
        checkGamma(gamma);
        double[] variances = varianceMap.variances(gamma);
        double solo = 1 / (1 - gamma);
        int classes = varianceMap.classes();
        double[] means = new double[period()];
        double[] worsts = new double[period()];
        for (int phase = 0; phase < period(); phase++) {
            double[] ofPhase = Arrays.copyOfRange(variances, phase * classes, (phase + 1) * classes);
            means[phase] = solo / Arrays.stream(ofPhase).average().orElseThrow();
            worsts[phase] = solo / Arrays.stream(ofPhase).max().orElseThrow();
            Divergence.check(means[phase] > 0, gamma);
        }
        double[] perWorker = new double[workers];
        for (int i = 0; i < workers; i++) {
            perWorker[i] = solo / variances[i % classes];
        }
        return new EffectiveNeighbors(gamma, perWorker, means, worsts);
    }

    static void checkGamma(double gamma) {
        if (!(gamma >= 0 && gamma < 1)) {
            throw new IllegalArgumentException("gamma is at least 0 and below 1, got " + gamma);
        }
    }
}
