package dev.gossamer.cli;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Update;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.data.Task;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.engine.host.MemoryEstimate;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.UnknownLayerException;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.MemoryException;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Route;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The engines of runs, in single precision: all replicas as one program, the same in plain Java, or one DL4J network
 * each.
 */
final class Engines implements EngineFactory {

    static final String STACKED = "stacked";
    static final String DL4J = "dl4j";
    static final String REFERENCE = "reference";
    private static final String AUTO = "auto";
    /** Bytes that CUDA's libraries and the images of a data set take beside it all. */
    private static final long GPU_LIBRARIES = 3L << 29;

    private final Consumer<String> notes;
    private final Devices devices;
    private String lastNote = "";
    /** Needed memory in bytes by everything that decides it: a network is compiled for it, and a grid has many runs. */
    private final Map<List<Object>, Long> needed = new HashMap<>();

    /** @param notes takes a line for the user */
    Engines(Consumer<String> notes) {
        this(notes, new Devices());
    }

    /**
     * @param notes takes a line for the user
     * @param devices where to run
     */
    Engines(Consumer<String> notes, Devices devices) {
        this.notes = notes;
        this.devices = devices;
    }

    @Override
    public void check(RunConfiguration run, ImageShape images, int classes) {
        try {
            check(run, images, network(run, images, classes), () -> memory(run, images, classes));
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
    void check(RunConfiguration run, ImageShape images, ComputationGraphConfiguration network,
            LongSupplier onProcessor) {
        Route route = devices.route(run);
        Optional<String> unknown = unknownLayer(run, images, network);
        if (route.kind() == Route.Kind.CUDA13 && unknown.isEmpty()) {
            Devices.line(route, run).ifPresent(this::note);
            checkGpuMemory(run, route.gpu().orElseThrow(), StackedEngine.bytesOfAll(
                    network, images, run.gossip().workers(), run.optimization().batchSize(), run.optimization().rule(), run.placement().precision().equals("bf16"))
                    + devices.switches().workspaceBytes());
            return;
        }
        unknown.map(layer -> replaced(layer, route)).or(() -> Devices.line(route, run)).ifPresent(this::note);
        checkBackend(run, route);
        checkMemory(run, onProcessor.getAsLong(), availableMemory());
    }

    @Override
    public void open(RunConfiguration run) {
        if (!devices.tryToOpen(run)) {
            Task task = run.task();
            check(run, task.shape(), task.classes());
        }
    }

    /** Tells the user, but not the same again. */
    private void note(String line) {
        if (!line.equals(lastNote)) {
            lastNote = line;
            notes.accept(line);
        }
    }

    /** Which layer has the dl4j engine take the place of the stacked one; nothing where none does. */
    private static Optional<String> unknownLayer(
            RunConfiguration run, ImageShape images, ComputationGraphConfiguration network) {
        if (!run.placement().engine().equals(AUTO)) {
            return Optional.empty();
        }
        try {
            Compiler.compile(network, images, false);
            return Optional.empty();
        } catch (UnknownLayerException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static String replaced(String unknown, Route route) {
        return "Note: " + unknown + ", so the dl4j engine is used"
                + (route.kind() == Route.Kind.CUDA13 ? ", on the CPU." : ".");
    }

    /** ND4J's library can be left out where a GPU trains. */
    private static void checkBackend(RunConfiguration run, Route route) {
        if (route.kind() != Route.Kind.ND4J_CUDA && !run.placement().engine().equals(REFERENCE) && !NativeBackend.isPresent()) {
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
        List<Object> deciding = List.of(run.network().model().form(), run.network().width(), run.network().dropout() > 0, run.gossip().workers(), run.optimization().batchSize(),
                run.optimization().rule().kept().stream().map(Kept::name).toList(), run.covariance().repetitions() > 0, run.placement().engine(),
                run.placement().threads(), images, classes);
        return needed.computeIfAbsent(deciding, key -> computeMemory(run, images, classes));
    }

    private static long computeMemory(RunConfiguration run, ImageShape images, int classes) {
        ComputationGraphConfiguration network = network(run, images, classes);
        long matrices = run.covariance().repetitions() == 0 ? 0 : run.optimization().rule().kept().size();
        return matrices * run.gossip().workers() * Models.parameters(network) * Float.BYTES
                + memory(run, network, images);
    }

    private static long memory(RunConfiguration run, ComputationGraphConfiguration network, ImageShape images) {
        int batch = run.optimization().batchSize();
        Update rule = run.optimization().rule();
        if (!run.placement().engine().equals(DL4J)) {
            try {
                return MemoryEstimate.bytes(network, run.gossip().workers(), rule, run.placement().engineThreads(),
                        StackedEngine.bytesInFlight(network, images, batch));
            } catch (UnknownLayerException e) {
                if (!run.placement().engine().equals(AUTO)) {
                    throw e;
                }
            }
        }
        return MemoryEstimate.bytes(network, images, run.gossip().workers(), batch, rule, run.placement().engineThreads());
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
                    run.gossip().workers(), run.values().get(Network.WIDTH), run.optimization().batchSize(), run.placement().engineThreads()));
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
                    run.gossip().workers(), run.network().model().form(), needed / 1e9, gpu.index(), gpu.name(), gpu.memory() / 1e9,
                    run.gossip().workers(), run.values().get(Network.WIDTH), run.optimization().batchSize()));
        }
    }

    @Override
    public Map<String, Object> environment(RunConfiguration run) {
        return devices.environment(run);
    }

    @Override
    public ReplicaEngine create(RunConfiguration run, DataSet data) {
        return create(run, data, () -> network(run, data.train().shape(), data.classes()));
    }

    /**
     * The engine that a run asks for.
     *
     * @param network makes the network's configuration, a new but equal object at each call
     * @throws ConfigurationException if it asks for an engine that does not know one of the layers
     */
    ReplicaEngine create(RunConfiguration run, DataSet data, Supplier<ComputationGraphConfiguration> network) {
        ImageShape images = data.train().shape();
        Route route = devices.route(run);
        Optional<String> unknown = unknownLayer(run, images, network.get());
        unknown.ifPresent(layer -> note(replaced(layer, route)));
        if (unknown.isEmpty() && !run.placement().engine().equals(DL4J) && route.kind() != Route.Kind.ND4J_CUDA) {
            try {
                return new StackedEngine(network.get(), images, run.gossip().workers(), run.optimization().rule(), run.seed(),
                        devices.open(run));
            } catch (UnknownLayerException e) {
                throw rejected(e);
            } catch (LinkageError e) {
                if (!run.placement().engine().equals(AUTO)) {
                    throw e;
                }
                notes.accept(
                        "Note: oneDNN cannot be loaded here (" + e.getMessage() + "), so the dl4j engine is used.");
            }
        }
        return new Dl4jEngine(network, images, data.classes(), run.gossip().workers(), run.optimization().rule(), run.seed(),
                run.placement().engineThreads());
    }

    private static ConfigurationException rejected(UnknownLayerException e) {
        return new ConfigurationException("engine: " + e.getMessage() + "; dl4j knows all layers of DL4J");
    }

    private static ComputationGraphConfiguration network(RunConfiguration run, ImageShape images, int classes) {
        return run.network().configuration(images, classes,
                Seeds.derive(run.seed(), Purpose.INITIALIZATION), DataType.FLOAT);
    }
}
