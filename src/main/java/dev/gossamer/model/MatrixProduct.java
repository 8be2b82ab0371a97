package dev.gossamer.model;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** Products of row-major float matrices by OpenBLAS. */
final class MatrixProduct {

    private MatrixProduct() {}

    /** c [m, n] = a [m, k] b [k, n]. */
    static void multiply(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
        gemm(false, false, m, n, k, a, k, b, n, 0, c);
    }

    /** c [m, n] = a [m, k] b^T, b [n, k]. */
    static void multiplyTransposed(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
        gemm(false, true, m, n, k, a, k, b, k, 0, c);
    }

    /** c [m, n] = a^T b, a [k, m], b [k, n]. */
    static void transposedMultiply(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
        gemm(true, false, m, n, k, a, m, b, n, 0, c);
    }

    private static void gemm(boolean transposeA, boolean transposeB, int m, int n, int k,
            FloatPointer a, int rowA, FloatPointer b, int rowB, float beta, FloatPointer c) {
        openblas_nolapack.cblas_sgemm(openblas_nolapack.CblasRowMajor,
                transposeA ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                transposeB ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                m, n, k, 1, a, rowA, b, rowB, beta, c, n);
    }
}
