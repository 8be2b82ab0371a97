package dev.gossamer.theory;

/**
 * The variances M(gamma) d of one noise d at the workers of a static symmetric mixing matrix, for any decay gamma: the
 * diagonal of f(L) diag(d) for f(z) = z / (1 - gamma z) and L: C -&gt; W C W, by one {@link CovarianceLanczos} that
 * serves all decays, as its space does not depend on them, and grows for those nearer to 1 than any before: to some
 * ln(1e-12) / ln(gamma / (1 + sqrt(1 - gamma^2))) steps, 100 for 0.95.
 */
final class NoiseResponse {

    /** Residual |(1 - gamma L) C - L diag(d)|, relative to that of C = 0. */
    private static final double TOLERANCE = 1e-12;

    private static final int STEPS_BETWEEN_CHECKS = 4;

    private final Conjugation mixing;
    private final double[] noise;
    private final double size;
    private CovarianceLanczos lanczos;

    /** @param noise the noise d [n]; entries may be negative */
    NoiseResponse(Conjugation mixing, double[] noise) {
        this.mixing = mixing;
        this.noise = noise;
        this.size = Vectors.norm(noise);
    }

    /** The noise d [n]. */
    double[] noise() {
        return noise;
    }

    /**
     * M(gamma) d [n].
     *
     * @throws ArithmeticException if the walk has no finite covariance, or it is not found in as many steps as are
     *     allowed
     */
    double[] at(double gamma) {
        if (size == 0) {
            return new double[noise.length];
        }
        double[] solution = lanczos == null || lanczos.size() == 0 ? null : solution(gamma);
        while (solution == null || !suffices(solution, gamma)) {
            grow(gamma);
            solution = solution(gamma);
        }
        return Vectors.scaled(lanczos.diagonal(solution), size);
    }

    /** Lets go of the matrices that it grows with; it starts anew where it has to grow again. */
    void release() {
        if (lanczos != null) {
            lanczos.release();
        }
    }

    private void grow(double gamma) {
        if (lanczos == null || lanczos.isReleased()) {
            lanczos = new CovarianceLanczos(mixing, noise, 1);
        }
        for (int k = 0; k < STEPS_BETWEEN_CHECKS && !lanczos.isWhole(); k++) {
            lanczos.step("the random walk was not found for a decay of " + gamma);
        }
    }

    private boolean suffices(double[] solution, double gamma) {
        double left = gamma * lanczos.leavingBeta() * Math.abs(solution[solution.length - 1]);
        return lanczos.isWhole() || left <= TOLERANCE * Math.hypot(lanczos.alpha(0), lanczos.beta(0));
    }

    /** (1 - gamma T)^-1 T e_0, by elimination. */
    private double[] solution(double gamma) {
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
}
