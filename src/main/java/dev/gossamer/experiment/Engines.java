package dev.gossamer.experiment;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.host.MemoryEstimate;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.engine.stacked.UnknownLayerException;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Route;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Devices;
import dev.gossamer.placement.Dl4j;
import dev.gossamer.placement.EngineKind;
import dev.gossamer.placement.Placement;
import dev.gossamer.placement.Replication;
import dev.gossamer.placement.Stacked;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The engines of runs, in single precision: all replicas as one program, the same in plain Java, or one DL4J network
 * each.
 */
public final class Engines implements EngineFactory {

    /** Bytes that CUDA's libraries and the images of a data set take beside it all. */
    private static final long GPU_LIBRARIES = 3L << 29;

    private final Consumer<String> notes;
    private final Devices devices;
    private final Set<String> told = new HashSet<>();
    /** Needed memory in bytes by everything that decides it: a network is compiled for it, and a grid has many runs. */
    private final Map<List<Object>, Long> needed = new HashMap<>();

    /** @param notes takes a line for the user */
    public Engines(Consumer<String> notes) {
        this(notes, new Devices());
    }

    /**
     * @param notes takes a line for the user
     * @param devices where to run
     */
    public Engines(Consumer<String> notes, Devices devices) {
        this.notes = notes;
        this.devices = devices;
    }

    @Override
    public void check(RunConfiguration run, ImageShape images, int classes) {
        try {
            run.network().model().notes().forEach(this::note);
            check(run, replication(run, images, classes), () -> memory(run, images, classes));
        } catch (UnknownLayerException e) {
            throw rejected(e);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /**
     * The same for any network.
     *
     * @param onProcessor bytes that it needs where the CPU trains it
     */
    void check(RunConfiguration run, Replication what, LongSupplier onProcessor) {
        Route route = devices.route(run.placement());
        EngineKind kind = run.placement().engine().of(what, route.kind());
        Optional<String> replaced = replaced(run, kind, what, route);
        replaced.ifPresent(this::note);
        Devices.checkPrecision(route, kind, run.placement());
        replaced.or(() -> Devices.line(route, run.placement())).ifPresent(this::note);
        Devices.unrounded(route, kind, what, run.placement()).ifPresent(this::note);
        if (route.kind() == Route.Kind.CUDA13 && kind.refusal(route.kind()).isEmpty()) {
            checkMixup(run);
            checkGpuMemory(run, route.gpu().orElseThrow(),
                    kind.gpuMemory(what, run.placement().precision()) + devices.switches().workspaceBytes());
            return;
        }
        checkBackend(kind, route);
        checkMemory(run, onProcessor.getAsLong(), availableMemory());
    }

    private static void checkMixup(RunConfiguration run) {
        if (run.sampling().mixup() > 0) {
            throw new ConfigurationException("mixup: the stacked engine mixes images on the CPU only, see --device;"
                    + " on a GPU mixup has to be 0, got " + run.sampling().mixup());
        }
    }

    @Override
    public void open(RunConfiguration run) {
        if (!devices.tryToOpen(run.placement())) {
            check(run, run.task().shape(), run.task().classes());
        }
    }

    /** Tells the user, but not the same again. */
    private void note(String line) {
        if (told.add(line)) {
            notes.accept(line);
        }
    }

    /** That another engine takes the place of the one that was asked for, because of a layer. */
    private static Optional<String> replaced(RunConfiguration run, EngineKind kind, Replication what, Route route) {
        if (kind == run.placement().engine() || kind instanceof Stacked) {
            return Optional.empty();
        }
        return what.unknownLayer().map(unknown -> "Note: " + unknown + ", so the " + kind.form() + " engine is used"
                + (route.kind() == Route.Kind.CUDA13 ? ", on the CPU." : "."));
    }

    /** ND4J's library can be left out where a GPU trains. */
    private static void checkBackend(EngineKind kind, Route route) {
        if (route.kind() != Route.Kind.ND4J_CUDA && kind.needsNatives() && !NativeBackend.isPresent()) {
            String noGpu = route.kind() == Route.Kind.CPU && !route.reason().isEmpty() ? route.reason() + ", and " : "";
            throw new ConfigurationException(noGpu + "this package has no native library to train on the CPU; engine"
                    + " reference does so in plain Java, slowly");
        }
    }

    @Override
    public long availableMemory() {
        return MemoryEstimate.available();
    }

    /** That of the engine, and of the copies from which repetitions start. */
    @Override
    public long memory(RunConfiguration run, ImageShape images, int classes) {
        List<Object> deciding = List.of(run.network(), run.gossip().workers(), run.optimization().batchSize(),
                run.optimization().rule().kept().stream().map(Kept::name).toList(), run.covariance().isMeasured(),
                run.placement().engine(), run.placement().threads(), images, classes);
        return needed.computeIfAbsent(deciding, key -> computeMemory(run, images, classes));
    }

    private static long computeMemory(RunConfiguration run, ImageShape images, int classes) {
        Replication what = replication(run, images, classes);
        long copies = run.covariance().isMeasured() ? what.rule().kept().size() : 0;
        return copies * what.workers() * what.parameters() * Float.BYTES
                + run.placement().engine().memory(what, run.placement().engineThreads());
    }

    /**
     * Checks whether a run has the memory it needs.
     *
     * @param needed in bytes
     * @param available in bytes
     * @throws MemoryException if it has not, naming the keys that make it less
     */
    static void checkMemory(RunConfiguration run, long needed, long available) {
        if (needed > available) {
            throw new MemoryException(String.format(Locale.ROOT,
                    "%d workers with model %s need about %.1f GB of memory, but %.1f GB are available; make"
                            + " workers (%d), width (%s), batch-size (%d) or threads (%d) smaller",
                    run.gossip().workers(), run.network().model().form(), needed / 1e9, Math.max(0, available) / 1e9,
                    run.gossip().workers(), run.values().get(Network.WIDTH), run.optimization().batchSize(),
                    run.placement().engineThreads()));
        }
    }

    /**
     * Checks whether a run has the memory of a GPU that it needs.
     *
     * @param arrays bytes of matrices, tensors and workspace
     * @throws ConfigurationException if it has not, naming the keys that make it less
     */
    static void checkGpuMemory(RunConfiguration run, Gpu gpu, long arrays) {
        long needed = arrays + GPU_LIBRARIES;
        if (gpu.memory() > 0 && needed > gpu.memory()) {
            throw new ConfigurationException(String.format(Locale.ROOT,
                    "%d workers with model %s need about %.1f GB of GPU memory, but GPU %d, %s, has %.1f GB; make workers"
                            + " (%d), width (%s) or batch-size (%d) smaller, or train with --device cpu",
                    run.gossip().workers(), run.network().model().form(), needed / 1e9, gpu.index(), gpu.name(),
                    gpu.memory() / 1e9,
                    run.gossip().workers(), run.values().get(Network.WIDTH), run.optimization().batchSize()));
        }
    }

    @Override
    public Map<String, Object> environment(RunConfiguration run) {
        return devices.environment(run.placement());
    }

    @Override
    public ReplicaEngine create(RunConfiguration run, DataSet data) {
        return create(run, replication(run, data.train().shape(), data.classes()));
    }

    /**
     * The engine that a run asks for.
     *
     * @throws ConfigurationException if it asks for an engine that does not know one of the layers
     */
    ReplicaEngine create(RunConfiguration run, Replication what) {
        Placement placement = run.placement();
        Route route = devices.route(placement);
        EngineKind kind = placement.engine().of(what, route.kind());
        replaced(run, kind, what, route).ifPresent(this::note);
        try {
            return kind.create(what, placement, devices);
        } catch (UnknownLayerException e) {
            throw rejected(e);
        } catch (LinkageError e) {
            if (kind == placement.engine() || !(kind instanceof Stacked)) {
                throw e;
            }
            notes.accept("Note: oneDNN cannot be loaded here (" + e.getMessage() + "), so the dl4j engine is used.");
            return new Dl4j().create(what, placement, devices);
        }
    }

    private static ConfigurationException rejected(UnknownLayerException e) {
        return new ConfigurationException("engine: " + e.getMessage() + "; dl4j knows all layers of DL4J");
    }

    private static Replication replication(RunConfiguration run, ImageShape images, int classes) {
        return Replication.of(run.network(), images, classes, run.gossip().workers(), run.optimization().batchSize(),
                run.optimization().rule(), run.seed());
    }
}
