package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * A static symmetric mixing matrix W = Q diag(lambda) Q^T: C = Q (K * (Q^T diag(d) Q)) Q^T, entry by entry with
 * K_ab = lambda_a lambda_b / (1 - gamma lambda_a lambda_b), where eigenvalues 0 may be left out. Costs one
 * decomposition, then n r per gamma for equal noise and two products of [n, r] matrices for any other noise, of r
 * eigenvalues.
 */
final class SymmetricVarianceMap implements VarianceMap {

    /** How much {@code W[i][j]} and {@code W[j][i]} of a symmetric matrix may differ. */
    static final double TOLERANCE = 1e-14;

    private final SymmetricSpectrum spectrum;

    SymmetricVarianceMap(MixingMatrix matrix) {
        this(SymmetricSpectrum.of(matrix));
    }

    SymmetricVarianceMap(SymmetricSpectrum spectrum) {
        this.spectrum = spectrum;
    }

    @Override
    public int phases() {
        return 1;
    }

    @Override
    public int classes() {
        return spectrum.eigenvectors().numRows;
    }

    /** Number of eigenvalues r. */
    private int rank() {
        return spectrum.eigenvalues().length;
    }

    @Override
    public double[] variances(double gamma) {
        int n = classes();
        double[] kernel = diagonalKernel(gamma);
        double[] variances = new double[n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < rank(); k++) {
                double entry = spectrum.eigenvectors().unsafe_get(i, k);
                variances[i] += entry * entry * kernel[k];
            }
        }
        return variances;
    }

    @Override
    public double[] variances(double gamma, double[] noise) {
        DMatrixRMaj q = spectrum.eigenvectors();
        DMatrixRMaj scaled = q.copy();
        CommonOps_DDRM.multRows(noise, scaled);
        int n = classes();
        DMatrixRMaj inEigenbasis = new DMatrixRMaj(rank(), rank());
        CommonOps_DDRM.multTransA(q, scaled, inEigenbasis);
        multiplyByKernel(gamma, inEigenbasis);
        DMatrixRMaj half = new DMatrixRMaj(n, rank());
        CommonOps_DDRM.mult(q, inEigenbasis, half);
        double[] variances = new double[n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < rank(); k++) {
                variances[i] += half.unsafe_get(i, k) * q.unsafe_get(i, k);
            }
        }
        return variances;
    }

    @Override
    public double[][] covariance(double gamma, int phase) {
        int n = classes();
        DMatrixRMaj scaled = spectrum.eigenvectors().copy();
        CommonOps_DDRM.multCols(scaled, diagonalKernel(gamma));
        DMatrixRMaj covariance = new DMatrixRMaj(n, n);
        CommonOps_DDRM.multTransB(scaled, spectrum.eigenvectors(), covariance);
        return covariance.get2DData();
    }

    private void multiplyByKernel(double gamma, DMatrixRMaj matrix) {
        for (int a = 0; a < matrix.numRows; a++) {
            for (int b = 0; b < matrix.numCols; b++) {
                matrix.unsafe_set(a, b, matrix.unsafe_get(a, b) * kernel(gamma, a, b));
            }
        }
    }

    private double[] diagonalKernel(double gamma) {
        double[] kernel = new double[rank()];
        for (int k = 0; k < kernel.length; k++) {
            kernel[k] = kernel(gamma, k, k);
        }
        return kernel;
    }

    private double kernel(double gamma, int a, int b) {
        double product = spectrum.eigenvalues()[a] * spectrum.eigenvalues()[b];
        Divergence.check(gamma * product < 1, gamma);
        return product / (1 - gamma * product);
    }
}
