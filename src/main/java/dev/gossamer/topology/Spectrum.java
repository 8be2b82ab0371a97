package dev.gossamer.topology;

import java.util.Arrays;
import java.util.Random;

/**
 * The eigenvalues at both ends of a symmetric mixing matrix, without the 1 of equal workers.
 *
 * @param smallest the smallest eigenvalue; 0 for a single worker
 * @param largest the largest eigenvalue but the 1 of equal workers; 0 for a single worker
 */
public record Spectrum(double smallest, double largest) {

    /** Size of what rounding leaves where there is nothing. */
    private static final double ROUNDING = 1e-12;

    /** The largest size of an eigenvalue but the 1 of equal workers. */
    public double size() {
        return Math.max(Math.abs(smallest), Math.abs(largest));
    }

    /** That of a symmetric matrix. */
    public static Spectrum of(MixingMatrix w) {
        return w.workers() == 1 ? new Spectrum(0, 0) : new Lanczos(w).spectrum();
    }

    private boolean isNear(Spectrum other) {
        return Math.abs(smallest - other.smallest) < ROUNDING && Math.abs(largest - other.largest) < ROUNDING;
    }

    /**
     * W on the Krylov space of a random vector without mean, as a tridiagonal matrix that grows (Golub and Van Loan,
     * "Matrix computations", 4th edition, sections 10.1 and 8.4.1). Where rounding makes vectors of the basis less than
     * orthogonal, eigenvalues appear again, and those at the ends stay what they are (Paige, "Accuracy and
     * effectiveness of the Lanczos algorithm for the symmetric eigenproblem", 1980). Takes some hundred products with W
     * where eigenvalues are well apart, and about n for a ring.
     */
    private static final class Lanczos {
        private static final int FIRST_CHECK = 32;
        private static final int HALVINGS = 64;

        private final MixingMatrix w;
        private double[] before;
        private double[] vector;
        private double[] diagonal = new double[FIRST_CHECK];
        private double[] off = new double[FIRST_CHECK];
        private int size;

        private Lanczos(MixingMatrix w) {
            this.w = w;
            before = new double[w.workers()];
            vector = withoutMean(new Random(1).doubles(w.workers(), -1, 1).toArray());
            scale(vector, 1 / Math.sqrt(dot(vector, vector)));
        }

        private Spectrum spectrum() {
            Spectrum last = new Spectrum(Double.NaN, Double.NaN);
            while (true) {
                boolean isWhole = false;
                while (size < diagonal.length && !isWhole) {
                    isWhole = extend() < ROUNDING;
                }
                Spectrum found = new Spectrum(end(1), -end(-1));
                if (isWhole || found.isNear(last)) {
                    return found;
                }
                last = found;
                diagonal = Arrays.copyOf(diagonal, size + size / 2);
                off = Arrays.copyOf(off, size + size / 2);
            }
        }

        /** A step; returns what is left of the next vector without those before. */
        private double extend() {
            double[] next = w.times(vector);
            double alpha = dot(next, vector);
            double beta = size == 0 ? 0 : off[size - 1];
            for (int i = 0; i < next.length; i++) {
                next[i] -= alpha * vector[i] + beta * before[i];
            }
            withoutMean(next);
            double norm = Math.sqrt(dot(next, next));
            diagonal[size] = alpha;
            off[size++] = norm;
            before = vector;
            vector = next;
            scale(vector, 1 / norm);
            return norm;
        }

        /** The smallest eigenvalue of the tridiagonal matrix times a sign, by bisection. */
        private double end(int sign) {
            double above = Arrays.stream(diagonal, 0, size).map(value -> sign * value).min().orElseThrow();
            double below = above - 2 * Arrays.stream(off, 0, size).max().orElseThrow();
            for (int k = 0; k < HALVINGS; k++) {
                double middle = (below + above) / 2;
                if (isBelowAll(middle, sign)) {
                    below = middle;
                } else {
                    above = middle;
                }
            }
            return above;
        }

        /** Whether all pivots of the matrix less a number are positive. */
        private boolean isBelowAll(double number, int sign) {
            double pivot = sign * diagonal[0] - number;
            for (int k = 1; k < size && pivot > 0; k++) {
                pivot = sign * diagonal[k] - number - off[k - 1] * off[k - 1] / pivot;
            }
            return pivot > 0;
        }
    }

    private static double[] withoutMean(double[] a) {
        double mean = Arrays.stream(a).sum() / a.length;
        for (int i = 0; i < a.length; i++) {
            a[i] -= mean;
        }
        return a;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void scale(double[] a, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] *= factor;
        }
    }
}
