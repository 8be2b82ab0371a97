package dev.gossamer.engine.stacked.cuda.driver;

import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Checks what calls of CUDA's libraries return: anything but success is thrown with its name and text. */
final class Status {

    private Status() {}

    /** Checks a call of the CUDA runtime. */
    static void cuda(int status, String call) {
        if (status != cudart.cudaSuccess) {
            cudart.cudaGetLastError();
            throw failed(call, cudart.cudaGetErrorName(status), cudart.cudaGetErrorString(status));
        }
    }

    /** Checks a call of the CUDA driver. */
    static void driver(int status, String call) {
        if (status != cudart.CUDA_SUCCESS) {
            try (PointerPointer<BytePointer> name = new PointerPointer<>(1L);
                    PointerPointer<BytePointer> text = new PointerPointer<>(1L)) {
                boolean known = cudart.cuGetErrorName(status, name) == cudart.CUDA_SUCCESS
                        && cudart.cuGetErrorString(status, text) == cudart.CUDA_SUCCESS;
                throw known
                        ? failed(call, name.get(BytePointer.class, 0), text.get(BytePointer.class, 0))
                        : new CudaException(call + " failed with status " + status);
            }
        }
    }

    /** Checks a call of cuBLAS. */
    static void cublas(int status, String call) {
        if (status != cublas.CUBLAS_STATUS_SUCCESS) {
            throw failed(call, cublas.cublasGetStatusName(status), cublas.cublasGetStatusString(status));
        }
    }

    /** Checks a call of cuDNN. */
    static void cudnn(int status, String call) {
        if (status != cudnn.CUDNN_STATUS_SUCCESS) {
            byte[] detail = new byte[512];
            cudnn.cudnnGetLastErrorString(detail, detail.length);
            throw failed(call, cudnn.cudnnGetErrorString(status), new BytePointer(detail));
        }
    }

    /** Checks a call of NVRTC. */
    static void nvrtc(int status, String call) {
        if (status != nvrtc.NVRTC_SUCCESS) {
            throw new CudaException(call + " failed: " + nvrtc.nvrtcGetErrorString(status).getString());
        }
    }

    /** Zeros may follow the text, which trim takes off. */
    private static CudaException failed(String call, BytePointer name, BytePointer text) {
        return new CudaException(call + " failed with " + name.getString() + ": " + text.getString().trim());
    }
}
