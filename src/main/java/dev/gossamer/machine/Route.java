package dev.gossamer.machine;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What trains a run.
 *
 * @param kind one of three
 * @param gpu the GPU that does; or, where none does, the one that was looked at
 * @param reason why, in one sentence without a full stop
 */
public record Route(Kind kind, Optional<Gpu> gpu, String reason) {

    /** The ways to train. */
    public enum Kind {
        /** The stacked engine on CUDA 13. */
        CUDA13,
        /** The dl4j engine on ND4J's CUDA backend. */
        ND4J_CUDA,
        /** The host. */
        CPU
    }

    /** Least compute capability, times ten, that CUDA 13's libraries have code for. */
    static final int CUDA13_CAPABILITY = 75;
    /** Least major version of a driver that runs CUDA 13. */
    static final int CUDA13_DRIVER = 580;
    /** Least compute capability, times ten, that CUDA 11.6's cuDNN works on as ND4J's backend calls it. */
    static final int ND4J_LEAST_CAPABILITY = 60;
    /** Largest one that runs machine code for 8.6, the newest in ND4J's backend, which has no PTX. */
    static final int ND4J_LARGEST_CAPABILITY = 89;
    /** Least major version of a driver that runs CUDA 11. */
    static final int ND4J_DRIVER = 450;

    /**
     * Chooses. Nothing of CUDA is touched.
     *
     * @param gpus GPUs of the machine
     * @param index number of the wanted one
     * @param libraries what there is of CUDA 13; asked for only where the GPU can run it
     * @param nd4jCuda whether ND4J's CUDA backend is on the class path
     */
    public static Route choose(Gpus gpus, int index, Supplier<CudaLibraries> libraries, boolean nd4jCuda) {
        if (gpus.list().isEmpty()) {
            return new Route(Kind.CPU, Optional.empty(), gpus.whyNone());
        }
        Optional<Gpu> wanted = gpus.list().stream().filter(gpu -> gpu.index() == index).findFirst();
        if (wanted.isEmpty()) {
            return new Route(Kind.CPU, Optional.empty(), "there is no GPU " + index + ", only "
                    + String.join(", ", gpus.list().stream().map(gpu -> Integer.toString(gpu.index())).toList()));
        }
        Gpu gpu = wanted.get();
        if (canRunCuda13(gpu)) {
            return libraries.get().whyUnusable()
                    .map(why -> new Route(Kind.CPU, wanted, gpu + " is not used: " + why))
                    .orElseGet(() -> new Route(Kind.CUDA13, wanted, gpu + ", CUDA 13"));
        }
        return older(gpu, nd4jCuda);
    }

    /** Whether a GPU and its driver are new enough for CUDA 13. */
    public static boolean canRunCuda13(Gpu gpu) {
        return gpu.capability() >= CUDA13_CAPABILITY && gpu.driverMajor() >= CUDA13_DRIVER;
    }

    private static Route older(Gpu gpu, boolean nd4jCuda) {
        String why = gpu.capability() < CUDA13_CAPABILITY
                ? "CUDA 13 needs compute capability " + Gpu.capability(CUDA13_CAPABILITY) + " or higher"
                : "the driver is too old for CUDA 13: needs " + CUDA13_DRIVER + " or newer, has " + gpu.driver();
        Optional<String> whyNot = whyNotNd4j(gpu);
        if (whyNot.isPresent()) {
            return new Route(Kind.CPU, Optional.of(gpu), gpu + " is not used: " + why + ", and " + whyNot.get());
        }
        if (!nd4jCuda) {
            return new Route(Kind.CPU, Optional.of(gpu), gpu + " is not used: " + why
                    + "; ND4J's CUDA backend would run on it: GOSSAMER_PROFILES=nd4j-cuda ./run.sh ... builds with it");
        }
        return new Route(Kind.ND4J_CUDA, Optional.of(gpu), gpu + ", ND4J's CUDA backend: " + why);
    }

    private static Optional<String> whyNotNd4j(Gpu gpu) {
        if (gpu.capability() < ND4J_LEAST_CAPABILITY || gpu.capability() > ND4J_LARGEST_CAPABILITY) {
            return Optional.of("ND4J's CUDA backend has machine code for compute capability "
                    + Gpu.capability(ND4J_LEAST_CAPABILITY) + " to " + Gpu.capability(ND4J_LARGEST_CAPABILITY)
                    + " only");
        }
        if (gpu.driverMajor() < ND4J_DRIVER) {
            return Optional.of("ND4J's CUDA backend needs driver " + ND4J_DRIVER + " or newer");
        }
        return Optional.empty();
    }
}
