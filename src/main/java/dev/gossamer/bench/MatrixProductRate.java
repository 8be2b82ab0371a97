package dev.gossamer.bench;

import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** The rate of large single-precision matrix products: what the arithmetic of a training step is measured against. */
final class MatrixProductRate {

    /** Rows and columns of the matrices. */
    private static final int SIZE = 2048;

    private MatrixProductRate() {}

    /**
     * Median rate of OpenBLAS in several calls at 2048 x 2048 x 2048, in FLOP/s; a multiplication and an addition are 2
     * FLOP.
     *
     * @param threads number of threads
     */
    static double measure(int threads) {
        ReentrantLock product = new ReentrantLock();
        // A process that ends within a product would wait for OpenBLAS's threads forever; no product begins after that.
        Thread end = new Thread(product::lock);
        Runtime.getRuntime().addShutdownHook(end);
        int before = openblas_nolapack.blas_get_num_threads();
        openblas_nolapack.blas_set_num_threads(threads);
        try (FloatPointer a = matrix(); FloatPointer b = matrix(); FloatPointer c = matrix()) {
            return 2.0 * SIZE * SIZE * SIZE / Stopwatch.median(() -> {
                product.lock();
                try {
                    multiply(a, b, c);
                } finally {
                    product.unlock();
                }
            });
        } finally {
            openblas_nolapack.blas_set_num_threads(before);
        }
    }

    private static FloatPointer matrix() {
        float[] values = new float[SIZE * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1f / (1 + i % SIZE);
        }
        return new FloatPointer(values);
    }

    private static void multiply(FloatPointer a, FloatPointer b, FloatPointer c) {
        openblas_nolapack.cblas_sgemm(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans, SIZE, SIZE, SIZE, 1, a, SIZE, b, SIZE, 0, c, SIZE);
    }
}
