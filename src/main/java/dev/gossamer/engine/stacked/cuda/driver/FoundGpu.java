package dev.gossamer.engine.stacked.cuda.driver;

import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;

/**
 * A GPU that CUDA finds, on which nothing is opened yet.
 *
 * @param index its number, from 0, as CUDA counts them
 * @param capability compute capability times ten, for example 90
 */
public record FoundGpu(int index, int capability) {

    /**
     * Looks for a GPU.
     *
     * @param index number of the GPU, from 0, as CUDA counts them
     * @throws CudaException if there is no such GPU, or CUDA fails
     */
    public static FoundGpu find(int index) {
        int[] count = new int[1];
        Status.cuda(cudart.cudaGetDeviceCount(count), "cudaGetDeviceCount");
        if (index < 0 || index >= count[0]) {
            throw new CudaException("there is no GPU " + index + ": CUDA finds " + count[0] + ", counted from 0");
        }
        return new FoundGpu(index, 10 * CudaGpu.attribute(index, cudart.cudaDevAttrComputeCapabilityMajor)
                + CudaGpu.attribute(index, cudart.cudaDevAttrComputeCapabilityMinor));
    }

    /**
     * Checks that cuDNN is the one for CUDA 13: those for CUDA 12 and 13 have the same file names.
     *
     * @throws CudaException if it is not
     */
    public static void checkCudnn() {
        long builtFor = cudnn.cudnnGetCudartVersion() / 1000;
        if (builtFor == 11 || builtFor == 12) {
            throw new CudaException("libcudnn.so.9 is the one for CUDA " + builtFor + ", not for CUDA 13; first in"
                    + " LD_LIBRARY_PATH has to be a folder with the right one, of pip's package nvidia-cudnn-cu13");
        }
    }

    /** Exact versions of the driver, cuBLAS and cuDNN: which way is fastest may change with any of them. */
    public static String libraries() {
        int[] driver = new int[1];
        Status.cuda(cudart.cudaDriverGetVersion(driver), "cudaDriverGetVersion");
        return "driver " + driver[0] + ", cuBLAS " + Cublas.version() + ", cuDNN " + cudnn.cudnnGetVersion();
    }

    /** Its name, number and compute capability, with the versions of CUDA and cuDNN, as a person reads them. */
    public String description() {
        int[] version = new int[1];
        Status.cuda(cudart.cudaRuntimeGetVersion(version), "cudaRuntimeGetVersion");
        long neural = cudnn.cudnnGetVersion();
        try (cudaDeviceProp properties = new cudaDeviceProp()) {
            Status.cuda(cudart.cudaGetDeviceProperties(properties, index), "cudaGetDeviceProperties");
            return String.format("%s (GPU %d, compute capability %d.%d, CUDA %d.%d, cuDNN %d.%d)",
                    properties.name().getString(), index, capability / 10, capability % 10, version[0] / 1000,
                    version[0] % 1000 / 10, neural / 10000, neural % 10000 / 100);
        }
    }

    /**
     * Opens it; to be closed.
     *
     * @param precision how products are computed
     * @param code the compiled kernels, for this GPU
     * @param separate compiles those that are compiled by themselves
     * @throws CudaException if CUDA fails
     */
    public Gpu open(Precision precision, byte[] code, SeparateKernels separate) {
        return new CudaGpu(this, precision, code, separate);
    }
}
