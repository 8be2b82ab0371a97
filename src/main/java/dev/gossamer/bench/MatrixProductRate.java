package dev.gossamer.bench;

import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** The rate of large single-precision matrix products: what the arithmetic of a training step is measured against. */
final class MatrixProductRate {

    private MatrixProductRate() {}

    /**
     * Median rate of OpenBLAS in several calls, in FLOP/s; a multiplication and an addition are 2 FLOP.
     *
     * @param threads number of threads
     * @param size rows and columns of the matrices
     */
    static double measure(int threads, int size) {
        ReentrantLock product = new ReentrantLock();
        // A process that ends within a product would wait for OpenBLAS's threads forever; no product begins after that.
        Thread end = new Thread(product::lock);
        Runtime.getRuntime().addShutdownHook(end);
        int before = openblas_nolapack.blas_get_num_threads();
        openblas_nolapack.blas_set_num_threads(threads);
        try (FloatPointer a = matrix(size); FloatPointer b = matrix(size); FloatPointer c = matrix(size)) {
            return 2.0 * size * size * size / Stopwatch.median(() -> {
                product.lock();
                try {
                    multiply(size, a, b, c);
                } finally {
                    product.unlock();
                }
            });
        } finally {
            openblas_nolapack.blas_set_num_threads(before);
        }
    }

    private static FloatPointer matrix(int size) {
        float[] values = new float[size * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1f / (1 + i % size);
        }
        return new FloatPointer(values);
    }

    private static void multiply(int size, FloatPointer a, FloatPointer b, FloatPointer c) {
        openblas_nolapack.cblas_sgemm(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans, size, size, size, 1, a, size, b, size, 0, c, size);
    }
}
