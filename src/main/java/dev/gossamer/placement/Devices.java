package dev.gossamer.placement;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.cuda.CudaDevice;
import dev.gossamer.engine.stacked.cuda.CudaSelfTest;
import dev.gossamer.engine.stacked.cuda.OperationTime;
import dev.gossamer.engine.stacked.cuda.Switch;
import dev.gossamer.engine.stacked.cuda.Switches;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Gpus;
import dev.gossamer.machine.Route;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Where runs train. GPUs are looked for once, when a run first may have one; CUDA is loaded when the first device is
 * opened, and here alone.
 */
public final class Devices {

    private static final String CPU = "cpu";
    private static final String CUDA = "cuda";
    /** The precision that nobody gets without asking for it, and that not every CPU has. */
    static final String BF16 = "bf16";
    private static final String FP32 = "fp32";
    private static final String PRECISION = "precision";
    /** Names the file that takes the times of operations. */
    public static final String PROFILE = "GOSSAMER_CUDA_PROFILE";
    private static final String ND4J_CUDA_BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";

    private final Supplier<Gpus> gpus;
    private final Supplier<CudaLibraries> libraries;
    private final boolean nd4jCuda;
    private final Map<String, String> environment;
    private final Opener opener;
    private final BiFunction<String, String, Consumer<List<OperationTime>>> profiles;
    private Consumer<List<OperationTime>> profile;
    /** By number and precision. */
    private final Map<List<Object>, Opened> opened = new HashMap<>();

    /**
     * A GPU that was opened, or tried in vain.
     *
     * @param why it cannot be opened; empty where it can
     */
    private record Opened(CudaDevice device, String why) {}

    /** Opens GPUs; see {@link CudaDevice#open}. */
    @FunctionalInterface
    public interface Opener {
        CudaDevice open(int index, Precision precision, Switches switches,
                Optional<Consumer<List<OperationTime>>> profile);
    }

    /** Those of this machine, where nobody wants to know the times of operations. */
    public Devices() {
        this((variable, file) -> times -> { });
    }

    /**
     * Those of this machine.
     *
     * @param profiles takes the times of operations, for the name of an environment variable and the file that it says
     */
    public Devices(BiFunction<String, String, Consumer<List<OperationTime>>> profiles) {
        this(Gpus::find, CudaLibraries::find, Devices.class.getClassLoader().getResource(ND4J_CUDA_BACKEND) != null,
                System.getenv(), CudaDevice::open, profiles);
    }

    /** Others, where nobody wants to know the times of operations. */
    public Devices(Supplier<Gpus> gpus, Supplier<CudaLibraries> libraries, boolean nd4jCuda,
            Map<String, String> environment, Opener opener) {
        this(gpus, libraries, nd4jCuda, environment, opener, (variable, file) -> times -> { });
    }

    /**
     * @param gpus asked once at most
     * @param libraries asked once at most, and only where a GPU can run CUDA 13
     * @param nd4jCuda whether ND4J's CUDA backend is on the class path
     * @param environment variables, of which those that start with {@code GOSSAMER_CUDA_} are read
     * @param opener asked where the libraries have been loaded
     * @param profiles takes the times of operations, for the name of an environment variable and the file that it says
     */
    public Devices(Supplier<Gpus> gpus, Supplier<CudaLibraries> libraries, boolean nd4jCuda, Map<String,
            String> environment,
            Opener opener, BiFunction<String, String, Consumer<List<OperationTime>>> profiles) {
        this.profiles = profiles;
        this.gpus = once(gpus);
        this.libraries = once(libraries);
        this.nd4jCuda = nd4jCuda;
        this.environment = Map.copyOf(environment);
        this.opener = opener;
    }

    private static <T> Supplier<T> once(Supplier<T> source) {
        return new Supplier<>() {

            private T value;

            @Override
            public synchronized T get() {
                if (value == null) {
                    value = source.get();
                }
                return value;
            }
        };
    }

    /** GPUs of the machine. */
    public Gpus gpus() {
        return gpus.get();
    }

    /** CUDA libraries of the machine, where a GPU can run CUDA 13. */
    public Optional<CudaLibraries> askedLibraries() {
        return gpus().list().stream().anyMatch(Route::canRunCuda13)
                ? Optional.of(libraries.get())
                : Optional.empty();
    }

    /** What a GPU is good for, as far as can be said without opening it. */
    public Route route(int index) {
        return Route.choose(gpus.get(), index, libraries, nd4jCuda);
    }

    private static Route unused(Route route, String why) {
        return new Route(Route.Kind.CPU, route.gpu(), route.gpu().orElseThrow() + " is not used: " + why);
    }

    /**
     * What trains a run, as far as is known by now: see {@link #tryToOpen}.
     *
     * @throws ConfigurationException if the run asks for a GPU, and there is none that can train it
     */
    public Route route(Placement placement) {
        Route route = placement.device().equals(CPU)
                ? new Route(Route.Kind.CPU, Optional.empty(), "")
                : tried(placement, withEngine(placement, route(placement.gpu())));
        if (route.kind() == Route.Kind.CPU) {
            if (placement.device().equals(CUDA)) {
                throw new ConfigurationException("device cuda: " + route.reason());
            }
            if (nd4jCuda && placement.engine().needsNatives()) {
                throw new ConfigurationException("this build has ND4J's CUDA backend in place of the one for CPUs;"
                        + " without nd4j-cuda in GOSSAMER_PROFILES, ./run.sh builds the other one");
            }
        }
        return route;
    }

    /** A run may ask for an engine that does not run on the GPU. */
    private static Route withEngine(Placement placement, Route route) {
        return placement.engine().refusal(route.kind()).map(why -> unused(route, why)).orElse(route);
    }

    /** A GPU that was tried in vain is none any more. */
    private synchronized Route tried(Placement placement, Route route) {
        Opened known = opened.get(key(placement));
        return route.kind() != Route.Kind.CUDA13 || known == null || known.why.isEmpty()
                ? route : unused(route, known.why);
    }

    private static List<Object> key(Placement placement) {
        return List.of(placement.gpu(), placement.precision());
    }

    /**
     * Opens the GPU that would train a run: libraries that are there may still not load, or not know the GPU. Those of
     * the CPU begin to be loaded.
     *
     * @return whether what trains the run is what it was before
     */
    public boolean tryToOpen(Placement placement) {
        Route.Kind route = route(placement).kind();
        if (route == Route.Kind.CPU && placement.engine().needsNatives() && !(placement.engine() instanceof Dl4j)) {
            HostDevice.beginToLoad();
        }
        return route != Route.Kind.CUDA13 || opened(placement).why.isEmpty();
    }

    /** Opens a GPU, once. */
    private synchronized Opened opened(Placement placement) {
        Opened known = opened.get(key(placement));
        if (known == null) {
            try {
                known = new Opened(cuda(placement.gpu(), precision(placement.precision()), switches()), "");
            } catch (CudaException e) {
                known = new Opened(null, e.getMessage().lines().findFirst().orElse(""));
            }
            opened.put(key(placement), known);
        }
        return known;
    }

    /** What the user is told of it before a run; nothing where there is no GPU to speak of. */
    public static Optional<String> line(Route route, Placement placement) {
        if (route.kind() != Route.Kind.CPU) {
            return Optional.of("Device: " + route.reason()
                    + (route.kind() == Route.Kind.CUDA13 ? ", precision " + placement.precision() : ""));
        }
        String precision = placement.precision().equals(BF16) ? "precision " + BF16 : "";
        String gpu = route.reason().equals(Gpus.NO_DRIVER) ? "" : route.reason();
        String both = gpu + (gpu.isEmpty() || precision.isEmpty() ? "" : "; ") + precision;
        return both.isEmpty() ? Optional.empty() : Optional.of("Device: cpu; " + both);
    }

    /** What the user is told of a network of which a CPU rounds nothing with precision bf16; of others nothing. */
    public static Optional<String> unrounded(Route route, EngineKind kind, Replication what, Placement placement) {
        return route.kind() != Route.Kind.CPU || !placement.precision().equals(BF16) || !(kind instanceof Stacked)
                || HostDevice.rounds(Compiler.compile(what.network().get(), what.images(), false))
                ? Optional.empty()
                : Optional.of("Note: precision " + BF16 + " changes nothing here: no convolution of this network has"
                        + " numbers of channels that are multiples of 16.");
    }

    /**
     * Refuses a precision that there is not where a run would train.
     *
     * @param kind what would train it
     * @throws ConfigurationException if the precision is bf16, and the engine or the CPU does not know it
     */
    public static void checkPrecision(Route route, EngineKind kind, Placement placement) {
        if (route.kind() == Route.Kind.CPU && placement.precision().equals(BF16)) {
            refusal(kind, HostDevice::hasBf16).ifPresent(why -> {
                throw new ConfigurationException("precision " + BF16 + ": " + why);
            });
        }
    }

    /** Why there is no bf16 on a CPU, and what to give instead; empty where there is. */
    static Optional<String> refusal(EngineKind kind, BooleanSupplier cpuHasBf16) {
        if (!(kind instanceof Stacked)) {
            return Optional.of("engine " + kind.form() + " has fp32 alone on a CPU; give fp32, or engine stacked");
        }
        try {
            return cpuHasBf16.getAsBoolean() ? Optional.empty()
                    : Optional.of("this CPU has neither AVX512_BF16 nor AMX; give fp32, or a GPU by device cuda");
        } catch (LinkageError e) {
            return Optional.of("on a CPU it needs oneDNN, which cannot be loaded here (" + e.getMessage()
                    + "); give fp32");
        }
    }

    /**
     * The device of the stacked engine.
     *
     * @throws CudaException if a GPU would train it and cannot be opened
     */
    public Device open(Placement placement) {
        if (route(placement).kind() == Route.Kind.CUDA13) {
            Opened gpu = opened(placement);
            if (!gpu.why.isEmpty()) {
                throw new CudaException(gpu.why);
            }
            return gpu.device;
        }
        return HostDevice.cpu(placement.engineThreads(), placement.precision().equals(BF16));
    }

    private CudaDevice cuda(int index, Precision precision, Switches switches) {
        try {
            libraries.get().load();
            return opener.open(index, precision, switches, profile());
        } catch (LinkageError e) {
            throw new CudaException("CUDA cannot be loaded (" + e.getMessage() + ")");
        }
    }

    private static Precision precision(String name) {
        return Precision.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * Every primitive of a GPU beside the reference.
     *
     * @param precision name of a precision
     * @throws CudaException if the GPU cannot be opened
     */
    public List<CudaSelfTest.Row> selfTest(int index, String precision) {
        Switches switches = switches();
        Map<String, Device> ways = new LinkedHashMap<>();
        for (String way : switches.value(Switch.ROUTES).split(",")) {
            ways.put(way, cuda(index, precision(precision), switches.with(Switch.ROUTES, way)).withoutKeptChoices());
        }
        return CudaSelfTest.run(cuda(index, precision(precision), switches).withoutKeptChoices(), ways,
                precision(precision));
    }

    /** What the environment changes for measuring. */
    public Switches switches() {
        try {
            return Switches.of(environment);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** The file that the environment wants the time of each operation in. */
    private synchronized Optional<Consumer<List<OperationTime>>> profile() {
        String file = environment.getOrDefault(PROFILE, "");
        if (profile == null && !file.isBlank()) {
            profile = profiles.apply(PROFILE, file);
        }
        return Optional.ofNullable(profile);
    }

    /** What is recorded of a run's device: names and plain values. */
    public Map<String, Object> environment(Placement placement) {
        Route route = route(placement);
        Map<String, Object> entries = new LinkedHashMap<>();
        if (route.kind() == Route.Kind.CPU) {
            entries.put("device", CPU);
            entries.put(PRECISION, placement.precision().equals(BF16) ? BF16 : FP32);
            if (!route.reason().isEmpty() && !route.reason().equals(Gpus.NO_DRIVER)) {
                entries.put("gpu_not_used", route.reason());
            }
            return entries;
        }
        Gpu gpu = route.gpu().orElseThrow();
        entries.put("device", "GPU " + gpu.index() + ", " + gpu.name());
        entries.put("compute_capability", gpu.capabilityInWords());
        entries.put("driver", gpu.driver());
        if (route.kind() == Route.Kind.CUDA13) {
            entries.put(PRECISION, placement.precision());
            entries.put("cuda_libraries", libraries.get().found().stream()
                    .map(library -> library.name() + " " + library.version())
                    .collect(Collectors.joining(", ")));
        }
        return entries;
    }
}
