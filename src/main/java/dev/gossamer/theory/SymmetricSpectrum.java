package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.EigenOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The eigenvalues of a symmetric mixing matrix and its orthonormal eigenvectors. Costs some 10 n^3 operations.
 *
 * @param eigenvalues the eigenvalues [n], in no order; those that rounding has moved away from 1 are 1
 * @param eigenvectors the eigenvectors [n, n], one per column
 */
record SymmetricSpectrum(double[] eigenvalues, DMatrixRMaj eigenvectors) {

    /** The gap of an even ring of n workers is 13 / n^2, so no eigenvalue of use is as near to 1. */
    private static final double ROUNDING = 1e-12;

    /**
     * Decomposes a matrix.
     *
     * @throws ArithmeticException if the iteration does not converge
     */
    static SymmetricSpectrum of(MixingMatrix matrix) {
        int n = matrix.workers();
        EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(n, true, true);
        if (!decomposition.decompose(new DMatrixRMaj(matrix.toDense()))) {
            throw new ArithmeticException("the eigenvalues of a symmetric mixing matrix of " + n
                    + " workers were not found: the iteration did not converge");
        }
        double[] eigenvalues = new double[n];
        for (int k = 0; k < n; k++) {
            double eigenvalue = decomposition.getEigenvalue(k).getReal();
            eigenvalues[k] = Math.abs(eigenvalue - 1) < ROUNDING ? 1 : eigenvalue;
        }
        return new SymmetricSpectrum(eigenvalues, EigenOps_DDRM.createMatrixV(decomposition));
    }
}
