package dev.gossamer.engine.stacked.cuda.driver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** NVRTC, CUDA's compiler at run time. Needs no GPU. */
public final class KernelCompiler {

    private final String version;
    private final int[] architectures;

    /** Asks the library for its version and for what it can compile. */
    public KernelCompiler() {
        int[] major = new int[1];
        int[] minor = new int[1];
        Status.nvrtc(nvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
        version = major[0] + "." + minor[0];
        int[] count = new int[1];
        Status.nvrtc(nvrtc.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
        architectures = new int[count[0]];
        Status.nvrtc(nvrtc.nvrtcGetSupportedArchs(architectures), "nvrtcGetSupportedArchs");
    }

    /** Version, for example {@code 13.1}. */
    public String version() {
        return version;
    }

    /**
     * Options for a GPU: machine code where the compiler knows it, otherwise, for a newer GPU, the intermediate code
     * (PTX) of the newest it knows, which the driver translates.
     *
     * @param capability compute capability times ten, for example 90
     * @throws CudaException if all that the compiler knows is newer
     */
    public List<String> options(int capability) {
        int best = Arrays.stream(architectures).filter(known -> known <= capability).max().orElseThrow(
                () -> new CudaException("NVRTC " + version + " compiles for compute capability "
                        + Arrays.stream(architectures).min().orElse(0) / 10.0 + " and up, this GPU has "
                        + capability / 10.0));
        String kind = best == capability ? "sm_" : "compute_";
        return List.of("--gpu-architecture=" + kind + best, "--fmad=false", "--std=c++17");
    }

    /** The same with the instructions that no other GPU has, where there are any. */
    public List<String> exactOptions(int capability) {
        return options(capability).stream().map(option -> option.endsWith("=sm_90") ? option + "a" : option).toList();
    }

    /**
     * Compiles kernels to machine code, or to intermediate code.
     *
     * @param options see {@link #options}
     * @return what the driver loads
     */
    public byte[] compile(String source, List<String> options) {
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer text = new BytePointer(source, StandardCharsets.UTF_8);
                BytePointer name = new BytePointer("gossamer.cu");
                PointerPointer<BytePointer> arguments = new PointerPointer<>(options.toArray(String[]::new))) {
            Status.nvrtc(nvrtc.nvrtcCreateProgram(program, text, name, 0, (PointerPointer<?>) null, null),
                    "nvrtcCreateProgram");
            try {
                int status = nvrtc.nvrtcCompileProgram(program, options.size(), arguments);
                if (status == nvrtc.NVRTC_ERROR_COMPILATION) {
                    throw new CudaException("NVRTC " + version + " does not compile the kernels: " + log(program));
                }
                Status.nvrtc(status, "nvrtcCompileProgram");
                return options.get(0).contains("sm_") ? machineCode(program) : intermediateCode(program);
            } finally {
                Status.nvrtc(nvrtc.nvrtcDestroyProgram(program), "nvrtcDestroyProgram");
            }
        }
    }

    private static byte[] machineCode(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            Status.nvrtc(nvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
            byte[] code = new byte[Math.toIntExact(size.get())];
            Status.nvrtc(nvrtc.nvrtcGetCUBIN(program, code), "nvrtcGetCUBIN");
            return code;
        }
    }

    /** Ends with the zero that the driver needs. */
    private static byte[] intermediateCode(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            Status.nvrtc(nvrtc.nvrtcGetPTXSize(program, size), "nvrtcGetPTXSize");
            byte[] code = new byte[Math.toIntExact(size.get())];
            Status.nvrtc(nvrtc.nvrtcGetPTX(program, code), "nvrtcGetPTX");
            return code;
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            Status.nvrtc(nvrtc.nvrtcGetProgramLogSize(program, size), "nvrtcGetProgramLogSize");
            byte[] log = new byte[Math.toIntExact(size.get())];
            Status.nvrtc(nvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
            return new String(log, StandardCharsets.UTF_8).strip().replace("\0", "");
        }
    }
}
