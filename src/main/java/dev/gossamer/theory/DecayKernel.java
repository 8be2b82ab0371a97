package dev.gossamer.theory;

import java.util.Arrays;

/**
 * Functions g_1, ..., g_r with {@code x y / (1 - gamma x y) = sum of g_l(x) g_l(y)} within 1e-13 of its largest value
 * for x and y in [-s, s], as Chebyshev polynomials: a Cholesky decomposition with pivots on the Chebyshev points
 * (Harbrecht, Peters and Schneider, "On the low-rank approximation by the pivoted Cholesky decomposition", 2012).
 *
 * @param scale the bound s
 * @param coefficients those of T_k(x / s) in g_l [degree + 1][r]
 */
record DecayKernel(double scale, double[][] coefficients) {

    private static final double ACCURACY = 1e-13;
    private static final double SHARPEST = 1e-9;

    /**
     * That of a decay.
     *
     * @param scale the bound s, with gamma s^2 below 1
     */
    static DecayKernel of(double gamma, double scale) {
        double bound = gamma * scale * scale;
        double[] points = points(degree(bound));
        double[][] factors = factors(points, bound);
        double[][] coefficients = new double[points.length][];
        for (int k = 0; k < points.length; k++) {
            coefficients[k] = coefficients(factors, k, scale);
        }
        return new DecayKernel(scale, coefficients);
    }

    /** The degree at which what is left of 1 / (1 - bound x) is rounding: its pole is at Bernstein's ellipse. */
    private static int degree(double bound) {
        double pole = 1 / Math.sqrt(Math.min(bound, 1 - SHARPEST));
        double ellipse = bound == 0 ? 0 : Math.log(pole + Math.sqrt(pole * pole - 1));
        return bound == 0 ? 2 : 8 + (int) Math.ceil(-Math.log(ACCURACY) / ellipse);
    }

    private static double[] points(int degree) {
        double[] points = new double[degree + 1];
        Arrays.setAll(points, p -> Math.cos(Math.PI * (p + 0.5) / points.length));
        return points;
    }

    /** The factors [r][points] of {@code x y / (1 - bound x y)} on the points. */
    private static double[][] factors(double[] points, double bound) {
        int n = points.length;
        double[] rest = Arrays.stream(points).map(x -> x * x / (1 - bound * x * x)).toArray();
        double least = ACCURACY * Arrays.stream(rest).max().orElseThrow();
        double[][] factors = new double[n][];
        int rank = 0;
        while (rank < n) {
            int pivot = 0;
            for (int p = 1; p < n; p++) {
                pivot = rest[p] > rest[pivot] ? p : pivot;
            }
            if (rest[pivot] <= least) {
                break;
            }
            double[] factor = new double[n];
            double root = Math.sqrt(rest[pivot]);
            for (int p = 0; p < n; p++) {
                double product = points[p] * points[pivot];
                double value = product / (1 - bound * product);
                for (int l = 0; l < rank; l++) {
                    value -= factors[l][p] * factors[l][pivot];
                }
                factor[p] = value / root;
                rest[p] -= factor[p] * factor[p];
            }
            factors[rank++] = factor;
        }
        return Arrays.copyOf(factors, rank);
    }

    /** Those of T_k in every factor, by the discrete cosine transform. */
    private static double[] coefficients(double[][] factors, int k, double scale) {
        double[] ofFactors = new double[factors.length];
        for (int l = 0; l < factors.length; l++) {
            int n = factors[l].length;
            double sum = 0;
            for (int p = 0; p < n; p++) {
                sum += factors[l][p] * Math.cos(Math.PI * k * (p + 0.5) / n);
            }
            ofFactors[l] = scale * sum * (k == 0 ? 1 : 2) / n;
        }
        return ofFactors;
    }

    /** Number of functions r. */
    int rank() {
        return coefficients[0].length;
    }

    /**
     * The vectors g_l(T) e_1 of a symmetric tridiagonal matrix T whose eigenvalues are in [-s, s].
     *
     * @param diagonal the diagonal of T [m]
     * @param off what is beside it [m - 1 or more]
     * @return the vectors [m][r]
     */
    double[][] ofFirst(double[] diagonal, double[] off) {
        int m = diagonal.length;
        double[][] values = new double[m][rank()];
        double[] before = new double[m];
        double[] vector = new double[m];
        vector[0] = 1;
        for (int k = 0; k < coefficients.length; k++) {
            for (int i = 0; i <= Math.min(k, m - 1); i++) {
                for (int l = 0; l < rank(); l++) {
                    values[i][l] += coefficients[k][l] * vector[i];
                }
            }
            double[] next = new double[m];
            double factor = (k == 0 ? 1 : 2) / scale;
            for (int i = 0; i <= Math.min(k + 1, m - 1); i++) {
                double product = diagonal[i] * vector[i] + (i > 0 ? off[i - 1] * vector[i - 1] : 0)
                        + (i + 1 < m ? off[i] * vector[i + 1] : 0);
                next[i] = factor * product - (k == 0 ? 0 : before[i]);
            }
            before = vector;
            vector = next;
        }
        return values;
    }
}
