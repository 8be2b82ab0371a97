package dev.gossamer.cli;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.engine.host.MemoryEstimate;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.UnknownLayerException;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.experiment.ConfigurationException;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.Key;
import dev.gossamer.experiment.MemoryException;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.model.Models;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** The engines of runs, in single precision: all replicas as one program, or one DL4J network each. */
final class Engines implements EngineFactory {

    private static final String STACKED = "stacked";
    private static final String DL4J = "dl4j";

    private final Consumer<String> notes;

    /** @param notes takes a line for the user */
    Engines(Consumer<String> notes) {
        this.notes = notes;
    }

    @Override
    public void check(RunConfiguration run, ImageShape images, int classes) {
        try {
            checkMemory(run, memory(run, images, classes), availableMemory());
        } catch (UnknownLayerException e) {
            throw rejected(e);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    @Override
    public long availableMemory() {
        return MemoryEstimate.available();
    }

    @Override
    public long memory(RunConfiguration run, ImageShape images, int classes) {
        ComputationGraphConfiguration network = network(run, images, classes);
        int batch = run.batchSize();
        boolean ema = run.ema() > 0;
        if (!run.engine().equals(DL4J)) {
            try {
                return MemoryEstimate.bytes(network, images, run.workers(), batch, ema, run.engineThreads(),
                        StackedEngine.bytesInFlight(network, images, batch));
            } catch (UnknownLayerException e) {
                if (run.engine().equals(STACKED)) {
                    throw e;
                }
            }
        }
        return MemoryEstimate.bytes(network, images, run.workers(), batch, ema, run.engineThreads());
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
                    run.workers(), run.model(), needed / 1e9, Math.max(0, available) / 1e9,
                    run.workers(), run.values().get(Key.WIDTH), run.batchSize(), run.engineThreads()));
        }
    }

    @Override
    public ReplicaEngine create(RunConfiguration run, DataSet data) {
        return create(run, data, () -> network(run, data.train().shape(), data.classes()));
    }

    /**
     * The engine that a run asks for.
     *
     * @param network makes the network's configuration, a new but equal object at each call
     * @throws ConfigurationException if it asks for the stacked engine, and that does not know one of the layers
     */
    ReplicaEngine create(RunConfiguration run, DataSet data, Supplier<ComputationGraphConfiguration> network) {
        if (!run.engine().equals(DL4J)) {
            try {
                return new StackedEngine(network.get(), data.train().shape(), run.workers(), run.ema() > 0, run.seed(),
                        HostDevice.cpu(run.engineThreads()));
            } catch (UnknownLayerException e) {
                if (run.engine().equals(STACKED)) {
                    throw rejected(e);
                }
                notes.accept("Note: " + e.getMessage() + ", so the dl4j engine is used.");
            } catch (LinkageError e) {
                if (run.engine().equals(STACKED)) {
                    throw e;
                }
                notes.accept(
                        "Note: oneDNN cannot be loaded here (" + e.getMessage() + "), so the dl4j engine is used.");
            }
        }
        return new Dl4jEngine(network, data.classes(), run.workers(), run.ema() > 0, run.seed(), run.engineThreads());
    }

    private static ConfigurationException rejected(UnknownLayerException e) {
        return new ConfigurationException("engine: " + e.getMessage() + "; dl4j knows all layers of DL4J");
    }

    private static ComputationGraphConfiguration network(RunConfiguration run, ImageShape images, int classes) {
        return Models.configuration(run.model(), run.width(), run.dropout(), images, classes,
                Seeds.derive(run.seed(), Purpose.INITIALIZATION), DataType.FLOAT);
    }
}
