package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;

/**
 * A static symmetric mixing matrix of many workers, by {@link NoiseResponse}. That of equal noise is kept, and serves
 * all decays.
 */
final class LargeSymmetricMap implements VarianceMap {

    private final MixingMatrix matrix;
    private final Conjugation mixing;
    private final NoiseResponse toUnitNoise;
    private SymmetricVarianceMap decomposed;

    LargeSymmetricMap(MixingMatrix matrix) {
        this.matrix = matrix;
        this.mixing = new Conjugation(matrix);
        this.toUnitNoise = new NoiseResponse(mixing, unitNoise());
    }

    /** The exact rates of random quadratics on this matrix. */
    LargeSymmetricRates rates(double zeta) {
        return new LargeSymmetricRates(mixing, toUnitNoise, zeta);
    }

    @Override
    public int phases() {
        return 1;
    }

    @Override
    public int classes() {
        return matrix.workers();
    }

    @Override
    public double[] variances(double gamma) {
        synchronized (toUnitNoise) {
            return toUnitNoise.at(gamma);
        }
    }

    @Override
    public double[] variances(double gamma, double[] noise) {
        return new NoiseResponse(mixing, noise).at(gamma);
    }

    /** That of the eigendecomposition, which is made at the first call. */
    @Override
    public synchronized double[][] covariance(double gamma, int phase) {
        if (decomposed == null) {
            decomposed = new SymmetricVarianceMap(matrix);
        }
        return decomposed.covariance(gamma, phase);
    }
}
