package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import java.util.Arrays;

/**
 * A static symmetric mixing matrix of many workers: C = f(L) diag(d) for f(z) = z / (1 - gamma z) and L: C -&gt; W C W,
 * which is symmetric, by {@link CovarianceLanczos}. Costs some ln(1e-12) / ln(gamma / (1 + sqrt(1 - gamma^2))) steps
 * per gamma, 100 for 0.95.
 */
final class LargeSymmetricMap implements VarianceMap {

    /** Residual |(1 - gamma L) C - L diag(d)|, relative to that of C = 0. */
    private static final double TOLERANCE = 1e-12;

    private static final int MOST_STEPS = 4000;
    private static final int STEPS_BETWEEN_CHECKS = 4;

    private final MixingMatrix matrix;
    private final TransposedProduct mixing;
    private SymmetricVarianceMap decomposed;

    LargeSymmetricMap(MixingMatrix matrix) {
        this.matrix = matrix;
        this.mixing = new TransposedProduct(matrix);
    }

    /** The exact rates of random quadratics on this matrix. */
    LargeSymmetricRates rates(double zeta) {
        return new LargeSymmetricRates(mixing, zeta);
    }

    @Override
    public int phases() {
        return 1;
    }

    @Override
    public int classes() {
        return mixing.workers();
    }

    @Override
    public double[] variances(double gamma, double[] noise) {
        double size = Math.sqrt(Arrays.stream(noise).map(entry -> entry * entry).sum());
        if (size == 0) {
            return new double[classes()];
        }
        CovarianceLanczos lanczos = new CovarianceLanczos(mixing, noise, 1);
        while (lanczos.size() < MOST_STEPS) {
            lanczos.step();
            if (lanczos.size() % STEPS_BETWEEN_CHECKS == 0 || lanczos.isWhole()) {
                double[] solution = solution(lanczos, gamma);
                double left = gamma * lanczos.leavingBeta() * Math.abs(solution[solution.length - 1]);
                if (lanczos.isWhole() || left <= TOLERANCE * Math.hypot(lanczos.alpha(0), lanczos.beta(0))) {
                    return Arrays.stream(lanczos.diagonal(solution)).map(entry -> size * entry).toArray();
                }
            }
        }
        throw new ArithmeticException("the random walk was not found for a decay of " + gamma + ": " + MOST_STEPS
                + " steps do not suffice");
    }

    /** (1 - gamma T)^-1 T e_0, by elimination. */
    private static double[] solution(CovarianceLanczos lanczos, double gamma) {
        int m = lanczos.size();
        double[] pivots = new double[m];
        double[] x = new double[m];
        for (int k = 0; k < m; k++) {
            double above = k == 0 ? 0 : gamma * lanczos.beta(k - 1) / pivots[k - 1];
            double right = k == 0 ? lanczos.alpha(0) : k == 1 ? lanczos.beta(0) : 0;
            pivots[k] = 1 - gamma * lanczos.alpha(k) - (k == 0 ? 0 : above * gamma * lanczos.beta(k - 1));
            Divergence.check(pivots[k] > 0, gamma);
            x[k] = right + (k == 0 ? 0 : above * x[k - 1]);
        }
        for (int k = m - 1; k >= 0; k--) {
            x[k] = (x[k] + (k + 1 < m ? gamma * lanczos.beta(k) * x[k + 1] : 0)) / pivots[k];
        }
        return x;
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
