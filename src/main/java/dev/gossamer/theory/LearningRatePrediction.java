package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The learning rate that a topology allows, relative to that of a worker alone, predicted from its effective number of
 * neighbours. For a given decay, a random quadratic has the rate r(lr) = 1 - (1 - lr)^2 - (zeta - 1) lr^2 / n_eff
 * (paper, section 3.1), largest at lr = 1 / (1 + (zeta - 1) / n_eff), so that relative to n_eff = 1 the learning rate
 * is zeta n_eff / (zeta - 1 + n_eff). Where gradient noise dominates (zeta much larger than n_eff, as in deep learning)
 * this is n_eff itself.
 *
 * @param scheme the topology
 * @param effectiveNeighbors n_eff of the variance averaged over workers and phases, {@link
 *     EffectiveNeighbors#periodMean()}
 * @param relativeLearningRate the learning rate it allows over that which a worker alone allows; 1 without
 *     communication
 */
public record LearningRatePrediction(Scheme scheme, double effectiveNeighbors, double relativeLearningRate) {

    /**
     * The prediction where gradient noise dominates.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1, for example of a {@link GammaFit}
     * @throws IllegalArgumentException if gamma is out of range
     */
    public static LearningRatePrediction of(Scheme scheme, double gamma) {
        double neighbors = EffectiveNeighbors.of(scheme, gamma).periodMean();
        return new LearningRatePrediction(scheme, neighbors, neighbors);
    }

    /**
     * The prediction for a given noise.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1
     * @param zeta the noise of the gradients, at least 1; see {@link RandomQuadratic#zeta(double, double)}
     * @throws IllegalArgumentException if gamma or zeta is out of range
     */
    public static LearningRatePrediction of(Scheme scheme, double gamma, double zeta) {
        if (!(zeta >= 1)) {
            throw new IllegalArgumentException("zeta is at least 1, got " + zeta);
        }
        double neighbors = EffectiveNeighbors.of(scheme, gamma).periodMean();
        double relative = neighbors / ((zeta - 1) / zeta + neighbors / zeta);
        return new LearningRatePrediction(scheme, neighbors, relative);
    }

    /**
     * Ranks topologies by the learning rate they allow, the largest first; equal ones stay in order.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1
     * @throws IllegalArgumentException if gamma is out of range
     */
    public static List<LearningRatePrediction> rank(Collection<? extends Scheme> schemes, double gamma) {
        return schemes.stream()
                .map(scheme -> of(scheme, gamma))
                .sorted(Comparator.comparingDouble(LearningRatePrediction::relativeLearningRate).reversed())
                .toList();
    }
}
