package dev.gossamer.bench;

import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_N;
import static org.bytedeco.cuda.global.cublas.CUBLAS_PEDANTIC_MATH;
import static org.bytedeco.cuda.global.cublas.CUBLAS_TF32_TENSOR_OP_MATH;
import static org.bytedeco.cuda.global.cublas.cublasCreate_v2;
import static org.bytedeco.cuda.global.cublas.cublasDestroy_v2;
import static org.bytedeco.cuda.global.cublas.cublasSetMathMode;
import static org.bytedeco.cuda.global.cublas.cublasSgemm_v2;
import static org.bytedeco.cuda.global.cudart.cudaDeviceSynchronize;
import static org.bytedeco.cuda.global.cudart.cudaFree;
import static org.bytedeco.cuda.global.cudart.cudaMalloc;
import static org.bytedeco.cuda.global.cudart.cudaMemcpy;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyDeviceToDevice;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyHostToDevice;
import static org.bytedeco.cuda.global.cudart.cudaSetDevice;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.javacpp.FloatPointer;

/** What a GPU can do: its rate of large matrix products, and the bandwidth of its memory. */
final class CudaLimits {

    /** Rows and columns of the matrices. */
    private static final int SIZE = 8192;

    private static final long BYTES = (long) SIZE * SIZE * Float.BYTES;
    /** Copies in a row: starting one and waiting for it would take a twentieth of the time of one alone. */
    private static final int COPIES = 10;

    private CudaLimits() {}

    /**
     * Measures single-precision products of random 8192 x 8192 matrices, and copies of 256 MiB within the GPU.
     *
     * @param index number of the GPU
     * @param tf32 whether products may take TF32
     * @throws IllegalStateException if a call fails
     */
    static Limits measure(int index, boolean tf32) {
        check(cudaSetDevice(index), "cudaSetDevice");
        FloatPointer[] matrices = {new FloatPointer(), new FloatPointer(), new FloatPointer()};
        try (FloatPointer random = random()) {
            for (FloatPointer matrix : matrices) {
                check(cudaMalloc(matrix, BYTES), "cudaMalloc");
                check(cudaMemcpy(matrix, random, BYTES, cudaMemcpyHostToDevice), "cudaMemcpy");
            }
            return new Limits(productRate(matrices, tf32),
                    2 * COPIES * BYTES / Stopwatch.median(() -> copy(matrices)));
        } finally {
            for (FloatPointer matrix : matrices) {
                cudaFree(matrix);
            }
        }
    }

    /** Zeros would take less power, and be multiplied faster, than numbers do. */
    private static FloatPointer random() {
        FloatPointer values = new FloatPointer((long) SIZE * SIZE);
        SplittableRandom random = new SplittableRandom(1);
        for (FloatBuffer buffer = values.asBuffer(); buffer.hasRemaining();) {
            buffer.put((float) random.nextDouble(-1, 1));
        }
        return values;
    }

    private static double productRate(FloatPointer[] matrices, boolean tf32) {
        cublasContext handle = new cublasContext();
        check(cublasCreate_v2(handle), "cublasCreate");
        try (FloatPointer one = new FloatPointer(1f); FloatPointer zero = new FloatPointer(0f)) {
            check(cublasSetMathMode(handle, tf32 ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_PEDANTIC_MATH),
                    "cublasSetMathMode");
            return 2.0 * SIZE * SIZE * SIZE / Stopwatch.median(() -> {
                check(cublasSgemm_v2(handle, CUBLAS_OP_N, CUBLAS_OP_N, SIZE, SIZE, SIZE, one, matrices[0], SIZE,
                        matrices[1], SIZE, zero, matrices[2], SIZE), "cublasSgemm");
                check(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
            });
        } finally {
            cublasDestroy_v2(handle);
        }
    }

    private static void copy(FloatPointer[] matrices) {
        for (int i = 0; i < COPIES; i++) { // within the GPU, the call returns at once
            check(cudaMemcpy(matrices[1], matrices[0], BYTES, cudaMemcpyDeviceToDevice), "cudaMemcpy");
        }
        check(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
    }

    private static void check(int status, String call) {
        if (status != 0) {
            throw new IllegalStateException(
                    call + " failed with status " + status + " while the GPU's limits were measured");
        }
    }
}
