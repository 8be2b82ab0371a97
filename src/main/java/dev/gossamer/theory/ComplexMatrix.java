package dev.gossamer.theory;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * A small complex matrix, which nothing may change once it is made.
 *
 * @param size number of rows and columns b
 * @param real real parts [b * b], row by row
 * @param imaginary imaginary parts [b * b], row by row
 */
record ComplexMatrix(int size, double[] real, double[] imaginary) {

    static ComplexMatrix zero(int size) {
        return new ComplexMatrix(size, new double[size * size], new double[size * size]);
    }

    static ComplexMatrix identity(int size) {
        ComplexMatrix identity = zero(size);
        for (int i = 0; i < size; i++) {
            identity.real[i * size + i] = 1;
        }
        return identity;
    }

    /** A B. */
    ComplexMatrix times(ComplexMatrix other) {
        ComplexMatrix product = zero(size);
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                double re = real[i * size + k];
                double im = imaginary[i * size + k];
                for (int j = 0; j < size; j++) {
                    double otherRe = other.real[k * size + j];
                    double otherIm = other.imaginary[k * size + j];
                    product.real[i * size + j] += re * otherRe - im * otherIm;
                    product.imaginary[i * size + j] += re * otherIm + im * otherRe;
                }
            }
        }
        return product;
    }

    /** A S A^*, of a Hermitian matrix S. */
    ComplexMatrix conjugating(ComplexMatrix hermitian) {
        return times(times(hermitian).adjoint());
    }

    private ComplexMatrix adjoint() {
        ComplexMatrix adjoint = zero(size);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                adjoint.real[j * size + i] = real[i * size + j];
                adjoint.imaginary[j * size + i] = -imaginary[i * size + j];
            }
        }
        return adjoint;
    }

    /** A + factor B. */
    ComplexMatrix plus(double factor, ComplexMatrix other) {
        ComplexMatrix sum = zero(size);
        for (int k = 0; k < real.length; k++) {
            sum.real[k] = real[k] + factor * other.real[k];
            sum.imaginary[k] = imaginary[k] + factor * other.imaginary[k];
        }
        return sum;
    }

    /** factor A + diag(d), with d the entries of noise from an index on. */
    ComplexMatrix scaledPlusDiagonal(double factor, double[] noise, int from) {
        ComplexMatrix sum = zero(size).plus(factor, this);
        for (int i = 0; i < size; i++) {
            sum.real[i * size + i] += noise[from + i];
        }
        return sum;
    }

    /** The same matrix with rows of real sum 1. */
    ComplexMatrix withRowsOfOne() {
        ComplexMatrix scaled = zero(size);
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = 0; j < size; j++) {
                sum += real[i * size + j];
            }
            for (int j = 0; j < size; j++) {
                scaled.real[i * size + j] = real[i * size + j] / sum;
            }
        }
        return scaled;
    }

    /** The largest part of any entry in size; what is not finite is larger than all. */
    double largestPart() {
        double largest = 0;
        for (int k = 0; k < real.length; k++) {
            double part = Math.max(Math.abs(real[k]), Math.abs(imaginary[k]));
            largest = Double.isNaN(part) ? Double.POSITIVE_INFINITY : Math.max(largest, part);
        }
        return largest;
    }

    private boolean isReal() {
        for (double part : imaginary) {
            if (part != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The sizes of the eigenvalues: each once of a real matrix, and else twice, as those of the real matrix
     * {@code [[Re A, -Im A], [Im A, Re A]]}.
     *
     * @throws ArithmeticException if the iteration does not converge
     */
    double[] eigenvalueSizes() {
        int n = isReal() ? size : 2 * size;
        DMatrixRMaj embedded = new DMatrixRMaj(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int entry = i % size * size + j % size;
                boolean isDiagonal = i / size == j / size;
                embedded.unsafe_set(i, j, isDiagonal ? real[entry] : i < j ? -imaginary[entry] : imaginary[entry]);
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(n, false, false);
        if (!decomposition.decompose(embedded)) {
            throw new ArithmeticException("the eigenvalues of a matrix of " + n + " rows were not found");
        }
        double[] sizes = new double[n];
        for (int k = 0; k < n; k++) {
            sizes[k] = decomposition.getEigenvalue(k).getMagnitude();
        }
        return sizes;
    }
}
