package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.EigenOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The eigenvalues of a symmetric mixing matrix and its orthonormal eigenvectors; those of the eigenvalue 0 may be left
 * out.
 *
 * @param eigenvalues the eigenvalues [r], in no order; those that rounding has moved away from 1 are 1
 * @param eigenvectors the eigenvectors [n, r], one per column
 */
record SymmetricSpectrum(double[] eigenvalues, DMatrixRMaj eigenvectors) {

    /** The gap of an even ring of n workers is 13 / n^2, so no eigenvalue of use is as near to 1. */
    private static final double ROUNDING = 1e-12;

    /** Most eigenvalues other than 0 of a matrix of low rank. */
    private static final int LOW_RANK = 24;

    /** What is left of a vector that lies in the space of those before, relative to its length. */
    private static final double DEPENDENT = 1e-11;

    /**
     * Decomposes a matrix. Costs some 10 n^3 operations.
     *
     * @throws ArithmeticException if the iteration does not converge
     */
    static SymmetricSpectrum of(MixingMatrix matrix) {
        return of(new DMatrixRMaj(matrix.toDense()));
    }

    private static SymmetricSpectrum of(DMatrixRMaj matrix) {
        int n = matrix.numRows;
        EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(n, true, true);
        if (!decomposition.decompose(matrix)) {
            throw new ArithmeticException("the eigenvalues of a symmetric matrix of " + n
                    + " rows were not found: the iteration did not converge");
        }
        double[] eigenvalues = new double[n];
        for (int k = 0; k < n; k++) {
            double eigenvalue = decomposition.getEigenvalue(k).getReal();
            eigenvalues[k] = Math.abs(eigenvalue - 1) < ROUNDING ? 1 : eigenvalue;
        }
        return new SymmetricSpectrum(eigenvalues, EigenOps_DDRM.createMatrixV(decomposition));
    }

    /**
     * Decomposes a matrix with at most 24 eigenvalues other than 0, if it is one. Its images of random vectors span
     * what it maps to (Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 53, 2011, section
     * 4). Costs up to 50 products with a vector.
     */
    static Optional<SymmetricSpectrum> ofLowRank(MixingMatrix matrix) {
        int n = matrix.workers();
        Random random = new Random(1);
        List<double[]> basis = new ArrayList<>();
        while (true) {
            double[] image = matrix.times(random.doubles(n, -1, 1).toArray());
            double length = Vectors.norm(image);
            takeAway(basis, image);
            double rest = Vectors.norm(image);
            if (rest <= DEPENDENT * length) {
                return Optional.of(within(matrix, basis));
            }
            if (basis.size() == LOW_RANK) {
                return Optional.empty();
            }
            basis.add(Arrays.stream(image).map(entry -> entry / rest).toArray());
        }
    }

    /** That of a matrix on a space that holds all of its images. */
    private static SymmetricSpectrum within(MixingMatrix matrix, List<double[]> basis) {
        int rank = basis.size();
        DMatrixRMaj vectors = new DMatrixRMaj(matrix.workers(), rank);
        DMatrixRMaj small = new DMatrixRMaj(rank, rank);
        for (int k = 0; k < rank; k++) {
            double[] image = matrix.times(basis.get(k));
            for (int i = 0; i < image.length; i++) {
                vectors.set(i, k, basis.get(k)[i]);
            }
            for (int j = 0; j < rank; j++) {
                double entry = Vectors.dot(basis.get(j), image) / 2;
                small.add(j, k, entry);
                small.add(k, j, entry);
            }
        }
        SymmetricSpectrum ofSmall = of(small);
        DMatrixRMaj eigenvectors = new DMatrixRMaj(matrix.workers(), rank);
        CommonOps_DDRM.mult(vectors, ofSmall.eigenvectors, eigenvectors);
        return new SymmetricSpectrum(ofSmall.eigenvalues, eigenvectors);
    }

    private static void takeAway(List<double[]> basis, double[] vector) {
        for (int pass = 0; pass < 2; pass++) { // twice, for the sake of rounding
            for (double[] other : basis) {
                Vectors.add(vector, -Vectors.dot(other, vector), other);
            }
        }
    }
}
