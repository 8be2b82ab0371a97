package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ejml.dense.row.decomposition.eig.symm.SymmetricQrAlgorithm_DDRM;

/**
 * The eigenvalues at both ends of a symmetric mixing matrix, without the 1 of equal workers. By the Lanczos iteration
 * with full reorthogonalization (Golub and Van Loan, "Matrix computations", 4th edition, section 10.3): a hundred
 * products with W where they are well apart, at most n.
 *
 * @param smallest the smallest eigenvalue; 0 for a single worker
 * @param largest the largest eigenvalue but the 1 of equal workers; 0 for a single worker
 */
record Spectrum(double smallest, double largest) {

    private static final int FIRST_CHECK = 32;

    /** Size of what is left of a vector that is a combination of those before. */
    private static final double ROUNDING = 1e-12;

    /** The largest size of an eigenvalue but the 1 of equal workers. */
    double size() {
        return Math.max(Math.abs(smallest), Math.abs(largest));
    }

    /** That of a symmetric matrix. */
    static Spectrum of(MixingMatrix w) {
        return w.workers() == 1 ? new Spectrum(0, 0) : new Lanczos(w).spectrum();
    }

    /** W on the Krylov space of a random vector without mean, as a tridiagonal matrix that grows. */
    private static final class Lanczos {
        private final MixingMatrix w;
        private final List<double[]> basis = new ArrayList<>();
        private final double[] diagonal;
        private final double[] off;

        private Lanczos(MixingMatrix w) {
            this.w = w;
            diagonal = new double[w.workers()];
            off = new double[w.workers()];
        }

        private Spectrum spectrum() {
            double[] next = new Random(1).doubles(w.workers(), -1, 1).toArray();
            orthogonalize(next);
            scale(next, 1 / norm(next));
            Spectrum last = null;
            int check = FIRST_CHECK;
            while (true) {
                next = extend(next);
                int size = basis.size();
                boolean isWhole = off[size - 1] < ROUNDING || size == w.workers() - 1;
                if (isWhole || size == check) {
                    Spectrum found = ritz();
                    if (isWhole || found.isNear(last)) {
                        return found;
                    }
                    last = found;
                    check += size / 2;
                }
            }
        }

        private double[] extend(double[] vector) {
            int k = basis.size();
            basis.add(vector);
            double[] next = product(vector);
            diagonal[k] = dot(next, vector);
            orthogonalize(next);
            off[k] = norm(next);
            scale(next, off[k] == 0 ? 0 : 1 / off[k]);
            return next;
        }

        /** Takes out the mean and all that is in the basis, twice, as once leaves rounding. */
        private void orthogonalize(double[] vector) {
            for (int pass = 0; pass < 2; pass++) {
                double mean = Arrays.stream(vector).sum() / vector.length;
                for (int i = 0; i < vector.length; i++) {
                    vector[i] -= mean;
                }
                for (double[] other : basis) {
                    double part = dot(vector, other);
                    for (int i = 0; i < vector.length; i++) {
                        vector[i] -= part * other[i];
                    }
                }
            }
        }

        private Spectrum ritz() {
            int size = basis.size();
            SymmetricQrAlgorithm_DDRM algorithm = new SymmetricQrAlgorithm_DDRM();
            if (!algorithm.process(size, Arrays.copyOf(diagonal, size), Arrays.copyOf(off, size))) {
                throw new ArithmeticException("the eigenvalues of a symmetric mixing matrix of " + w.workers()
                        + " workers were not found: the iteration did not converge");
            }
            double smallest = Double.POSITIVE_INFINITY;
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < size; k++) {
                smallest = Math.min(smallest, algorithm.getEigenvalue(k));
                largest = Math.max(largest, algorithm.getEigenvalue(k));
            }
            return new Spectrum(smallest, largest);
        }

        private double[] product(double[] vector) {
            double[] product = new double[vector.length];
            for (int i = 0; i < vector.length; i++) {
                for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                    product[i] += w.weight(k) * vector[w.column(k)];
                }
            }
            return product;
        }
    }

    private boolean isNear(Spectrum other) {
        return other != null
                && Math.abs(smallest - other.smallest) < ROUNDING
                && Math.abs(largest - other.largest) < ROUNDING;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    private static void scale(double[] a, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] *= factor;
        }
    }
}
