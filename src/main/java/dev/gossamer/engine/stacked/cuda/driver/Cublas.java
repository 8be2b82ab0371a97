package dev.gossamer.engine.stacked.cuda.driver;

import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.FloatPointer;

/** Matrix products by cuBLAS, in one stream. */
final class Cublas implements AutoCloseable {

    /** Bytes of workspace, as NVIDIA recommends for the largest GPUs; a recorded product needs one of its own. */
    static final long WORKSPACE = 32L << 20;

    private final cublasContext handle = new cublasContext();
    private final FloatPointer one = new FloatPointer(1f);
    private final FloatPointer zero = new FloatPointer(0f);
    private final Precision precision;

    /** Opens the library for the current GPU. */
    Cublas(Precision precision) {
        this.precision = precision;
        Status.cublas(cublas.cublasCreate_v2(handle), "cublasCreate");
    }

    /** Version, for example {@code 13.1.0}. */
    static String version() {
        int[] numbers = new int[3];
        for (int part = 0; part < numbers.length; part++) {
            int[] number = new int[1];
            Status.cublas(cublas.cublasGetProperty(part, number), "cublasGetProperty");
            numbers[part] = number[0];
        }
        return numbers[0] + "." + numbers[1] + "." + numbers[2];
    }

    /** Uses a stream, and memory of {@link #WORKSPACE} bytes. */
    void use(CUstream_st stream, long workspace) {
        Status.cublas(cublas.cublasSetStream_v2(handle, stream), "cublasSetStream");
        Status.cublas(
                cublas.cublasSetWorkspace_v2(handle, new Address(workspace), WORKSPACE), "cublasSetWorkspace");
    }

    /** Computes products. */
    void multiply(Product product) {
        Product.Factor a = product.a();
        Product.Factor b = product.b();
        Product.Factor c = product.c();
        int factors = switch (product.factors()) {
            case FP32 -> cudart.CUDA_R_32F;
            case BF16 -> cudart.CUDA_R_16BF;
        };
        int status = cublas.cublasGemmStridedBatchedEx(handle, operation(a), operation(b),
                product.m(), product.n(), product.k(), one,
                new Address(a.address()), factors, a.leading(), a.stride(),
                new Address(b.address()), factors, b.leading(), b.stride(), zero,
                new Address(c.address()), cudart.CUDA_R_32F, c.leading(), c.stride(),
                product.count(), computation(product), cublas.CUBLAS_GEMM_DEFAULT);
        Status.cublas(status, "cublasGemmStridedBatchedEx");
    }

    private static int operation(Product.Factor factor) {
        return factor.transposed() ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N;
    }

    private int computation(Product product) {
        boolean tf32 = precision == Precision.TF32 && product.convolution();
        return tf32 ? cublas.CUBLAS_COMPUTE_32F_FAST_TF32 : cublas.CUBLAS_COMPUTE_32F;
    }

    @Override
    public void close() {
        one.close();
        zero.close();
        Status.cublas(cublas.cublasDestroy_v2(handle), "cublasDestroy");
    }
}
