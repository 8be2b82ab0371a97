package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.FoundGpu;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.KernelCompiler;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.cuda.driver.SeparateKernels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

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

    private final FoundGpu found;
    private final Precision precision;
    private final String description;
    private final Settings settings;
    private final byte[] kernels;
    private final SeparateKernels separate;

    private CudaDevice(FoundGpu found, Precision precision, String description, Settings settings, byte[] kernels,
            SeparateKernels separate) {
        this.found = found;
        this.precision = precision;
        this.description = description;
        this.settings = settings;
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
        FoundGpu found = FoundGpu.find(index);
        int capability = found.capability();
        int least = precision == Precision.BF16 ? LEAST_CAPABILITY_FOR_BF16 : LEAST_CAPABILITY;
        if (capability < least) {
            throw new CudaException("precision " + precision + " needs a GPU of compute capability " + least / 10.0
                    + " or more, GPU " + index + " has " + capability / 10.0);
        }
        FoundGpu.checkCudnn();
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
        String description = found.description() + ", " + precision;
        String deciding = String.join("\n", description, FoundGpu.libraries(), switches.toString(), compilation,
                KernelSource.ofSizes());
        Settings settings =
                new Settings(switches, switches.workspaceBytes(), new Choices(cache, deciding), profile);
        return new CudaDevice(found, precision,
                switches.equals(Switches.STANDARD) ? description : description + ", " + switches,
                settings, kernels, separate);
    }

    /** The same, for which every way to carry out a convolution is tried anew and none is kept. */
    public CudaDevice withoutKeptChoices() {
        Settings anew = new Settings(
                settings.switches(), settings.workspaceBytes(), new Choices(), settings.profile());
        return new CudaDevice(found, precision, description, anew, kernels, separate);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Replicas load(Program training, Program evaluation, int workers, Update rule) {
        return CudaReplicas.on(gpu(), settings, training, evaluation, workers, rule);
    }

    /** The GPU, opened anew; to be closed. */
    Gpu gpu() {
        return found.open(precision, kernels, separate);
    }

    /** What is decided for its programs from outside. */
    Settings settings() {
        return settings;
    }
}
