package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import java.util.Arrays;

/**
 * Lanczos' method on a symmetric mixing matrix from the unit vectors of some workers, side by side (Golub and Meurant,
 * "Matrices, Moments and Quadrature with Applications", 2010, chapters 3 and 4): W on the Krylov space of worker i is a
 * tridiagonal matrix T, and f(W) e_i is V f(T) e_1 with the basis V. A lane whose space is complete stays as it is.
 */
final class LanczosLanes {

    /** Workers side by side. */
    static final int LANES = 16;

    /** What is left of a vector of length 1 that lies in the space already. */
    private static final double ROUNDING = 1e-13;

    private final MixingMatrix w;
    private final double[][] basis;
    private final double[][] diagonals = new double[LANES][];
    private final double[][] offs = new double[LANES][];
    private int steps;

    /**
     * Builds the spaces.
     *
     * @param workers the workers, at most 16
     * @param decay gamma times the square of the largest eigenvalue, below 1
     * @param accuracy how small the last coordinates of {@code W (I - sqrt(decay) W)^-1 e_i} are to be
     * @param most largest dimension
     * @param isKept whether the bases are kept
     */
    LanczosLanes(MixingMatrix w, int[] workers, double decay, double accuracy, int most, boolean isKept) {
        this.w = w;
        this.basis = new double[isKept ? most + 1 : 3][];
        for (int lane = 0; lane < LANES; lane++) {
            diagonals[lane] = new double[most];
            offs[lane] = new double[most];
        }
        double[] first = new double[w.workers() * LANES];
        for (int lane = 0; lane < workers.length; lane++) {
            first[workers[lane] * LANES + lane] = 1;
        }
        basis[0] = first;
        Tail tail = new Tail(Math.sqrt(decay));
        while (steps < most && !tail.isBelow(accuracy)) {
            extend();
            tail.extend(steps - 1);
        }
    }

    /** Dimension of the spaces m. */
    int dimension() {
        return steps;
    }

    /** Vector k of the bases [n * LANES], 0 where a space has fewer dimensions. */
    double[] vector(int k) {
        return basis[k];
    }

    /** The diagonal of T of a lane; only the first {@link #dimension} entries count. */
    double[] diagonal(int lane) {
        return diagonals[lane];
    }

    /** What is beside the diagonal. */
    double[] off(int lane) {
        return offs[lane];
    }

    private int place(int k) {
        return basis.length == 3 ? k % 3 : k;
    }

    private void extend() {
        double[] vector = basis[place(steps)];
        int next = place(steps + 1);
        if (basis[next] == null) {
            basis[next] = new double[vector.length];
        }
        double[] image = basis[next];
        double[] alpha = multiply(vector, image);
        double[] beta = new double[LANES];
        if (steps > 0) {
            for (int lane = 0; lane < LANES; lane++) {
                beta[lane] = offs[lane][steps - 1];
            }
        }
        double[] squares = subtract(image, alpha, vector, beta, steps == 0 ? vector : basis[place(steps - 1)]);
        double[] factors = new double[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            double norm = Math.sqrt(squares[lane]);
            boolean isComplete = norm <= ROUNDING;
            diagonals[lane][steps] = alpha[lane];
            offs[lane][steps] = isComplete ? 0 : norm;
            factors[lane] = isComplete ? 0 : 1 / norm;
        }
        scale(image, factors);
        steps++;
    }

    /** W x for all lanes; returns x^T W x of each. */
    private double[] multiply(double[] x, double[] image) {
        double[] products = new double[LANES];
        double[] sum = new double[LANES];
        for (int i = 0; i < w.workers(); i++) {
            Arrays.fill(sum, 0);
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                double weight = w.weight(k);
                int from = w.column(k) * LANES;
                for (int lane = 0; lane < LANES; lane++) {
                    sum[lane] += weight * x[from + lane];
                }
            }
            int to = i * LANES;
            for (int lane = 0; lane < LANES; lane++) {
                image[to + lane] = sum[lane];
            }
            for (int lane = 0; lane < LANES; lane++) {
                products[lane] += sum[lane] * x[to + lane];
            }
        }
        return products;
    }

    /** image - alpha x - beta y; returns the squared length of each lane. */
    private static double[] subtract(double[] image, double[] alpha, double[] x, double[] beta, double[] y) {
        double[] squares = new double[LANES];
        for (int at = 0; at < image.length; at += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                image[at + lane] -= alpha[lane] * x[at + lane] + beta[lane] * y[at + lane];
            }
            for (int lane = 0; lane < LANES; lane++) {
                squares[lane] += image[at + lane] * image[at + lane];
            }
        }
        return squares;
    }

    private static void scale(double[] image, double[] factors) {
        for (int at = 0; at < image.length; at += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                image[at + lane] *= factors[lane];
            }
        }
    }

    /** The last coordinate of (I - r T)^-1 e_1 and of (I + r T)^-1 e_1 in every lane, by elimination. */
    private final class Tail {
        private final double root;
        private final double[][] pivots = new double[2][LANES];
        private final double[][] last = new double[2][LANES];

        private Tail(double root) {
            this.root = root;
            for (double[] ofSign : last) {
                Arrays.fill(ofSign, Double.POSITIVE_INFINITY);
            }
        }

        private void extend(int row) {
            for (int sign = 0; sign < 2; sign++) {
                double r = sign == 0 ? root : -root;
                for (int lane = 0; lane < LANES; lane++) {
                    double beside = row == 0 ? 0 : r * offs[lane][row - 1];
                    double pivot = 1 - r * diagonals[lane][row];
                    if (row == 0) {
                        last[sign][lane] = 1 / pivot;
                    } else {
                        pivot -= beside * beside / pivots[sign][lane];
                        last[sign][lane] *= beside / pivot;
                    }
                    pivots[sign][lane] = pivot;
                }
            }
        }

        private boolean isBelow(double accuracy) {
            for (double[] ofSign : last) {
                for (double coordinate : ofSign) {
                    if (Math.abs(coordinate) > accuracy) {
                        return false;
                    }
                }
            }
            return true;
        }
    }
}
