package dev.gossamer.topology;

import java.util.Arrays;

/**
 * A polynomial p of a mixing matrix W with p(1) = 1, so that sums of rows and columns stay 1: {@code p_0 = 1},
 * {@code p_(k+1)(W) = a_k W p_k(W) + (1 - a_k) p_(k-1)(W)} with {@code p_(-1) = p_0}. Each factor is a round of
 * messages over the edges of W. Weights of the result may be negative.
 *
 * @param factors a_0, a_1, ..., one for each round
 */
record MixingPolynomial(double... factors) {

    /** {@code W^k}. */
    static MixingPolynomial power(int rounds) {
        double[] factors = new double[rounds];
        Arrays.fill(factors, 1);
        return new MixingPolynomial(factors);
    }

    /** {@code (1 - gamma) I + gamma W}. */
    static MixingPolynomial stepSize(double gamma) {
        return new MixingPolynomial(gamma);
    }

    /**
     * Heavy-ball gossip, {@code a_k = 1 + eta} with {@code eta = (1 - s) / (1 + s)}, {@code s = sqrt(1 - l^2)} (Liu and
     * Morse, "Accelerated linear iterations for distributed averaging", 2011).
     *
     * @param l the largest size of an eigenvalue of W but the 1 of equal workers, in [0, 1)
     */
    static MixingPolynomial fastMix(int rounds, double l) {
        double s = Math.sqrt(1 - l * l);
        double[] factors = new double[rounds];
        Arrays.fill(factors, 1 + (1 - s) / (1 + s));
        return new MixingPolynomial(factors);
    }

    /**
     * {@code T_k(W / l) / T_k(1 / l)} with the Chebyshev polynomial T_k: of all of degree k, the one that is smallest
     * on [-l, l] (Arioli and Scott, "Chebyshev acceleration of iterative refinement", 2014). Its factors are
     * {@code a_0 = 1} and {@code a_k = 2 c_k} with {@code c_0 = 1}, {@code c_k = 1 / (2 - l^2 c_(k-1))}, which do not
     * overflow; with l = 0 it is {@code W^k}.
     *
     * @param l the largest size of an eigenvalue of W but the 1 of equal workers, in [0, 1)
     */
    static MixingPolynomial chebyshev(int rounds, double l) {
        double[] factors = new double[rounds];
        factors[0] = 1;
        double c = 1;
        for (int k = 1; k < rounds; k++) {
            c = 1 / (2 - l * l * c);
            factors[k] = 2 * c;
        }
        return new MixingPolynomial(factors);
    }

    /** p(W), row by row: the row of {@code W p_k(W)} is that of {@code p_k(W)} times W. */
    MixingMatrix of(MixingMatrix w) {
        return MixingMatrix.ofRows(w.workers(), i -> row(w, i));
    }

    private double[] row(MixingMatrix w, int i) {
        double[] before = new double[w.workers()];
        before[i] = 1;
        double[] row = before.clone();
        for (double factor : factors) {
            double[] next = times(row, w);
            for (int j = 0; j < next.length; j++) {
                next[j] = factor * next[j] + (1 - factor) * before[j];
            }
            before = row;
            row = next;
        }
        return row;
    }

    private static double[] times(double[] row, MixingMatrix w) {
        double[] product = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            if (row[j] != 0) {
                for (int k = w.rowStart(j); k < w.rowStart(j + 1); k++) {
                    product[w.column(k)] += row[j] * w.weight(k);
                }
            }
        }
        return product;
    }
}
