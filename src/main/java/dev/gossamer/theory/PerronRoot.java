package dev.gossamer.theory;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ejml.data.Complex_F64;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The largest eigenvalue of a nonnegative matrix that is known by its products with vectors, by restarted Arnoldi iteration
 * (Saad, "Numerical Methods for Large Eigenvalue Problems", 2011, section 7.2). By Perron and Frobenius it is real, and no
 * eigenvalue is larger in size.
 *
 * @param value the eigenvalue
 * @param vector an eigenvector [dimension] of length 1
 */
record PerronRoot(double value, double[] vector) {

    private static final int SUBSPACE = 16;
    private static final int MOST_RESTARTS = 60;

    /** Largest residual |M x - value x| / value. The roots of it that are asked for need 1e-9. */
    private static final double TOLERANCE = 1e-12;

    /**
     * The largest eigenvalue.
     *
     * @param matrix the products M x of the nonnegative matrix M with vectors [dimension]
     * @param start where to start from, not orthogonal to the eigenvector; the nearer to it, the faster
     * @throws ArithmeticException if it does not converge
     */
    static PerronRoot of(UnaryOperator<double[]> matrix, double[] start) {
        double[] vector = scaled(start, 1 / norm(start));
        double best = Double.POSITIVE_INFINITY;
        for (int restart = 0; restart < MOST_RESTARTS; restart++) {
            Subspace subspace = new Subspace(matrix, vector);
            PerronRoot root = subspace.largest();
            if (subspace.residual <= TOLERANCE * root.value) {
                return root;
            }
            best = Math.min(best, subspace.residual / root.value);
            vector = root.vector;
        }
        throw new ArithmeticException("the largest eigenvalue was not found: after " + MOST_RESTARTS + " restarts of " + SUBSPACE
                + " steps the relative residual is " + best);
    }

    private static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static double[] scaled(double[] x, double factor) {
        return Arrays.stream(x).map(entry -> factor * entry).toArray();
    }

    private static void add(double[] x, double factor, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += factor * y[i];
        }
    }

    /** An orthonormal basis of v, M v, M^2 v, ... and M within it, a Hessenberg matrix. */
    private static final class Subspace {

        private final double[][] basis = new double[SUBSPACE][];
        private final double[][] hessenberg = new double[SUBSPACE][SUBSPACE];
        private int size;
        private double residual;

        Subspace(UnaryOperator<double[]> matrix, double[] start) {
            double[] next = start;
            double remainder = 0;
            while (size < SUBSPACE) {
                basis[size] = next;
                double[] image = matrix.apply(next);
                double imageNorm = norm(image);
                size++;
                for (int pass = 0; pass < 2; pass++) {
                    for (int i = 0; i < size; i++) {
                        double coefficient = dot(basis[i], image);
                        hessenberg[i][size - 1] += coefficient;
                        add(image, -coefficient, basis[i]);
                    }
                }
                remainder = norm(image);
                if (remainder <= TOLERANCE * imageNorm || size == SUBSPACE) {
                    break;
                }
                hessenberg[size][size - 1] = remainder;
                next = scaled(image, 1 / remainder);
            }
            residual = remainder;
        }

        /** The eigenvalue of largest real part; sets the residual of its vector. */
        PerronRoot largest() {
            DMatrixRMaj within = new DMatrixRMaj(size, size);
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    within.set(i, j, hessenberg[i][j]);
                }
            }
            EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(size, true, false);
            if (!decomposition.decompose(within)) {
                throw new ArithmeticException("the eigenvalues of a Hessenberg matrix were not found");
            }
            int largest = -1;
            for (int k = 0; k < size; k++) {
                Complex_F64 eigenvalue = decomposition.getEigenvalue(k);
                if (eigenvalue.isReal()
                        && (largest < 0 || eigenvalue.real > decomposition.getEigenvalue(largest).real)) {
                    largest = k;
                }
            }
            if (largest < 0) {
                throw new ArithmeticException("a nonnegative matrix has no real eigenvalue in its Krylov subspace");
            }
            double[] coordinates = decomposition.getEigenVector(largest).data;
            double[] vector = new double[basis[0].length];
            for (int k = 0; k < size; k++) {
                add(vector, coordinates[k], basis[k]);
            }
            residual *= Math.abs(coordinates[size - 1]) / norm(coordinates);
            return new PerronRoot(decomposition.getEigenvalue(largest).real, scaled(vector, 1 / norm(vector)));
        }
    }
}
