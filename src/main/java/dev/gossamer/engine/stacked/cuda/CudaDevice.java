package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;

/**
 * An NVIDIA GPU of compute capability 7.5 and up, by CUDA 13. To be used where a driver, CUDA's libraries and their
 * Java bindings can be loaded.
 */
public final class CudaDevice implements Device {

    private static final int LEAST_CAPABILITY = 75;
    private static final int LEAST_CAPABILITY_FOR_BF16 = 80;

    /** Kernels of this process, by what decides about them, also where there is no cache. */
    private static final Map<String, byte[]> COMPILED = new ConcurrentHashMap<>();
    private static final Map<String, SeparateKernels> SEPARATE = new ConcurrentHashMap<>();

    private final int index;
    private final Precision precision;
    private final String description;
    private final Switches switches;
    private final Optional<Consumer<List<OperationTime>>> profile;
    private final Choices choices;
    private final byte[] kernels;
    private final SeparateKernels separate;

    private CudaDevice(int index, Precision precision, Switches switches,
            Optional<Consumer<List<OperationTime>>> profile, String description, Choices choices, byte[] kernels,
            SeparateKernels separate) {
        this.index = index;
        this.precision = precision;
        this.switches = switches;
        this.profile = profile;
        this.description = description;
        this.choices = choices;
        this.kernels = kernels;
        this.separate = separate;
    }

    /**
     * Finds a GPU and makes the kernels ready for it.
     *
     * @param index number of the GPU, from 0, as CUDA counts them
     * @param precision how products are computed
     * @param switches what is to be measured
     * @param profile who wants to know how long each operation takes, in the fourth run of a program
     * @throws CudaException if there is no such GPU, it cannot be used, or CUDA fails
     */
    public static CudaDevice open(int index, Precision precision, Switches switches,
            Optional<Consumer<List<OperationTime>>> profile) {
        int[] count = new int[1];
        Status.cuda(cudart.cudaGetDeviceCount(count), "cudaGetDeviceCount");
        if (index < 0 || index >= count[0]) {
            throw new CudaException("there is no GPU " + index + ": CUDA finds " + count[0] + ", counted from 0");
        }
        int capability = CudaGpu.capability(index);
        int least = precision == Precision.BF16 ? LEAST_CAPABILITY_FOR_BF16 : LEAST_CAPABILITY;
        if (capability < least) {
            throw new CudaException("precision " + precision + " needs a GPU of compute capability " + least / 10.0
                    + " or more, GPU " + index + " has " + capability / 10.0);
        }
        checkCudnn();
        KernelCompiler compiler = new KernelCompiler();
        List<String> options = compiler.options(capability);
        String source = KernelSource.text();
        UserCache cache = UserCache.ofUser();
        String compilation = compiler.version() + options + source;
        byte[] kernels = COMPILED.computeIfAbsent(compilation,
                key -> cache.get("cubin", key, () -> compiler.compile(source, options)));
        List<String> separateOptions = compiler.exactOptions(capability);
        SeparateKernels separate = SEPARATE.computeIfAbsent(
                compiler.version() + separateOptions, version -> new SeparateKernels(
                text -> cache.get("cubin", version + text, () -> compiler.compile(text, separateOptions))));
        String description = describe(index, capability, precision);
        String deciding = String.join("\n", description, libraries(), switches.toString(), compilation,
                KernelSource.ofSizes());
        return new CudaDevice(index, precision, switches, profile,
                switches.equals(Switches.STANDARD) ? description : description + ", " + switches,
                new Choices(cache, deciding), kernels, separate);
    }

    /** Exact versions: which way is fastest may change with any of them. */
    private static String libraries() {
        int[] driver = new int[1];
        Status.cuda(cudart.cudaDriverGetVersion(driver), "cudaDriverGetVersion");
        return "driver " + driver[0] + ", cuBLAS " + Cublas.version() + ", cuDNN " + cudnn.cudnnGetVersion();
    }

    /** Those for CUDA 12 and 13 have the same file names. */
    private static void checkCudnn() {
        long builtFor = cudnn.cudnnGetCudartVersion() / 1000;
        if (builtFor == 11 || builtFor == 12) {
            throw new CudaException("libcudnn.so.9 is the one for CUDA " + builtFor + ", not for CUDA 13; first in"
                    + " LD_LIBRARY_PATH has to be a folder with the right one, of pip's package nvidia-cudnn-cu13");
        }
    }

    private static String describe(int index, int capability, Precision precision) {
        int[] version = new int[1];
        Status.cuda(cudart.cudaRuntimeGetVersion(version), "cudaRuntimeGetVersion");
        long neural = cudnn.cudnnGetVersion();
        try (cudaDeviceProp properties = new cudaDeviceProp()) {
            Status.cuda(cudart.cudaGetDeviceProperties(properties, index), "cudaGetDeviceProperties");
            return String.format("%s (GPU %d, compute capability %d.%d, CUDA %d.%d, cuDNN %d.%d), %s",
                    properties.name().getString(), index, capability / 10, capability % 10, version[0] / 1000,
                    version[0] % 1000 / 10, neural / 10000, neural % 10000 / 100, precision);
        }
    }

    /** The same, for which every way to carry out a convolution is tried anew and none is kept. */
    public CudaDevice withoutKeptChoices() {
        return new CudaDevice(index, precision, switches, profile, description, new Choices(), kernels, separate);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Replicas load(Program training, Program evaluation, int workers, Update rule) {
        return CudaReplicas.on(gpu(), training, evaluation, workers, rule);
    }

    /** The GPU, opened anew; to be closed. */
    CudaGpu gpu() {
        return new CudaGpu(index, precision, switches, choices, profile, kernels, separate);
    }
}
