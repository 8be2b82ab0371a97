package dev.gossamer.machine;

import java.util.List;

/**
 * The libraries of CUDA 13 that are taken from one folder together, since their versions have to fit each other, in the
 * order in which they need one another.
 */
enum CudaParts {
    /** The driver's own library, which comes with the driver. */
    DRIVER("cuda", "libcuda.so.1"),
    RUNTIME("cuda_runtime", "libcudart.so.13"),
    /** Joins compiled pieces; some versions of the others ask for it. */
    JIT_LINK("nvjitlink", "libnvJitLink.so.13"),
    COMPILER("cuda_nvrtc", "libnvrtc-builtins.so.13.*", "libnvrtc.so.13"),
    BLAS("cublas", "libcublasLt.so.13", "libcublas.so.13"),
    DNN("cudnn_cu13", "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_engines_runtime_compiled.so.9",
            "libcudnn_engines_precompiled.so.9", "libcudnn_heuristic.so.9", "libcudnn_cnn.so.9", "libcudnn_adv.so.9",
            "libcudnn.so.9");

    /** Name of the part among pip's packages, as in {@code nvidia_cublas-13.1.0.3.dist-info}. */
    final String pip;
    /** Glob patterns of file names. */
    final List<String> files;

    CudaParts(String pip, String... files) {
        this.pip = pip;
        this.files = List.of(files);
    }

    /** Whether training does without it. */
    boolean isOptional() {
        return this == JIT_LINK;
    }
}
