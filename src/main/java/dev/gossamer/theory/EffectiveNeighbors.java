package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.Arrays;

/**
 * The effective number of neighbours n_eff(gamma) of a scheme (paper, definition of n_W(gamma)): how many times smaller
 * than that of a worker alone, 1 / (1 - gamma), the limit variance of the {@link RandomWalk} is. It is 1 without
 * communication, n for exact averaging at every step, and for gamma -&gt; 1 that of a connected doubly stochastic
 * scheme tends to n.
 *
 * <p>"Mean" divides by the mean variance of the workers, "worst" by the largest. Phase t of a time-varying scheme is
 * the state before step t, after mixing with W_(t-1); where one number is asked for, it is that of phase 0, as in the
 * experiments of the paper.
 */
public final class EffectiveNeighbors {

    private final double gamma;
    private final double[] perWorker;
    private final double[] meanByPhase;
    private final double[] worstByPhase;

    EffectiveNeighbors(double gamma, double[] perWorker, double[] meanByPhase, double[] worstByPhase) {
        this.gamma = gamma;
        this.perWorker = perWorker;
        this.meanByPhase = meanByPhase;
        this.worstByPhase = worstByPhase;
    }

    /**
     * The effective number of neighbours of a scheme. For many gammas, {@link RandomWalk#effectiveNeighbors} is faster.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1
     * @throws IllegalArgumentException if gamma is out of range
     * @throws ArithmeticException if the walk grows, as it can with negative weights
     */
    public static EffectiveNeighbors of(Scheme scheme, double gamma) {
        RandomWalk.checkGamma(gamma);
        return RandomWalk.of(scheme).effectiveNeighbors(gamma);
    }

    /** The decay of the random walk. */
    public double gamma() {
        return gamma;
    }

    /** n_eff of the workers' mean variance at phase 0. */
    public double mean() {
        return meanByPhase[0];
    }

    /** n_eff of the worker with the largest variance at phase 0. */
    public double worst() {
        return worstByPhase[0];
    }

    /** n_eff of every worker [n] at phase 0. */
    public double[] perWorker() {
        return perWorker.clone();
    }

    /** {@link #mean()} of every phase [period]. */
    public double[] meanByPhase() {
        return meanByPhase.clone();
    }

    /** {@link #worst()} of every phase [period]. */
    public double[] worstByPhase() {
        return worstByPhase.clone();
    }

    /** n_eff of the variance averaged over workers and phases: the harmonic mean of {@link #meanByPhase()}. */
    public double periodMean() {
        return meanByPhase.length / Arrays.stream(meanByPhase).map(mean -> 1 / mean).sum();
    }
}
