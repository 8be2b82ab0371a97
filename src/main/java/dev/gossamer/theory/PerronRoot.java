package dev.gossamer.theory;

import java.util.function.UnaryOperator;
import org.ejml.data.Complex_F64;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The largest eigenvalue of a nonnegative matrix that is known by its products with vectors, by restarted Arnoldi
 * iteration (Saad, "Numerical Methods for Large Eigenvalue Problems", 2011, section 7.2). By Perron and Frobenius it is
 * real, and no eigenvalue is larger in size.
 *
 * @param value the eigenvalue
 * @param vector an eigenvector [dimension] of length 1
 */
record PerronRoot(double value, double[] vector) {

    private static final int SUBSPACE = 48;
    private static final int STEPS_BETWEEN_CHECKS = 4;
    private static final int MOST_RESTARTS = 40;

    /** Residual |M x - value x| / value at which a search ends at once. */
    private static final double TOLERANCE = 1e-12;

    /** Residual that is enough after a whole subspace: rounding in products of large matrices may not allow less. */
    private static final double ACCEPTED = 1e-10;

    /** What is left of a vector after taking away its part in a subspace it lies in. */
    private static final double ROUNDING = 1e-14;

    /**
     * The largest eigenvalue.
     *
     * @param matrix the products M x of the nonnegative matrix M with vectors [dimension]
     * @param start where to start from, not orthogonal to the eigenvector; the nearer to it, the faster
     * @throws ArithmeticException if it does not converge
     */
    static PerronRoot of(UnaryOperator<double[]> matrix, double[] start) {
        double[] vector = start;
        double residual = Double.POSITIVE_INFINITY;
        for (int restart = 0; restart < MOST_RESTARTS; restart++) {
            Subspace subspace = new Subspace(matrix, Vectors.scaled(vector, 1 / Vectors.norm(vector)));
            while (!subspace.isComplete()) {
                subspace.grow();
                if (subspace.size % STEPS_BETWEEN_CHECKS == 1 || subspace.isComplete()) {
                    PerronRoot root = subspace.largest();
                    residual = subspace.residual(root);
                    if (residual <= (subspace.isComplete() ? ACCEPTED : TOLERANCE)) {
                        return root;
                    }
                    vector = root.vector;
                }
            }
        }
        throw new ArithmeticException("the largest eigenvalue was not found: after " + MOST_RESTARTS + " restarts of "
                + SUBSPACE + " steps the relative residual is " + residual);
    }

    /** An orthonormal basis of v, M v, M^2 v, ... and M within it, a Hessenberg matrix. */
    private static final class Subspace {

        private final UnaryOperator<double[]> matrix;
        private final double[][] basis = new double[SUBSPACE + 1][];
        private final double[][] hessenberg = new double[SUBSPACE + 1][SUBSPACE];
        private int size;
        private double lastCoordinate;

        Subspace(UnaryOperator<double[]> matrix, double[] start) {
            this.matrix = matrix;
            this.basis[0] = start;
        }

        /** Whether it is as large as allowed, or M does not lead out of it. */
        boolean isComplete() {
            return size == SUBSPACE || basis[size] == null;
        }

        void grow() {
            double[] image = matrix.apply(basis[size]);
            double imageNorm = Vectors.norm(image);
            for (int pass = 0; pass < 2; pass++) { // twice, for the sake of rounding
                for (int i = 0; i <= size; i++) {
                    double coefficient = Vectors.dot(basis[i], image);
                    hessenberg[i][size] += coefficient;
                    Vectors.add(image, -coefficient, basis[i]);
                }
            }
            double rest = Vectors.norm(image);
            if (rest > ROUNDING * imageNorm) {
                hessenberg[size + 1][size] = rest;
                basis[size + 1] = Vectors.scaled(image, 1 / rest);
            }
            size++;
        }

        /** The largest real eigenvalue within the subspace, and its vector. */
        PerronRoot largest() {
            DMatrixRMaj within = new DMatrixRMaj(size, size);
            for (int i = 0; i < size; i++) {
                System.arraycopy(hessenberg[i], 0, within.data, i * size, size);
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
                Vectors.add(vector, coordinates[k], basis[k]);
            }
            double length = Vectors.norm(vector);
            lastCoordinate = coordinates[size - 1] / length;
            return new PerronRoot(decomposition.getEigenvalue(largest).real, Vectors.scaled(vector, 1 / length));
        }

        /** |M x - value x| / |value| for the eigenvector x found last. */
        double residual(PerronRoot root) {
            return hessenberg[size][size - 1] * Math.abs(lastCoordinate) / Math.abs(root.value);
        }
    }
}
