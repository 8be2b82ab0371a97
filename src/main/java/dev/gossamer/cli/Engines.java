package dev.gossamer.cli;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.engine.dl4j.MemoryEstimate;
import dev.gossamer.experiment.ConfigurationException;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.Key;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.model.Models;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** The engines that runs are trained with: DL4J networks on an ND4J backend, in single precision. */
final class Engines implements EngineFactory {

    @Override
    public void check(RunConfiguration run, ImageShape images, int classes) {
        try {
            checkMemory(run, MemoryEstimate.bytes(network(run, images, classes), images, run.workers(),
                    run.batchSize(), run.ema() > 0, threads(run)), MemoryEstimate.available());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /**
     * Checks whether a run has the memory it needs.
     *
     * @param needed in bytes
     * @param available in bytes
     * @throws ConfigurationException if it has not, naming the keys that make it less
     */
    static void checkMemory(RunConfiguration run, long needed, long available) {
        if (needed > available) {
            throw new ConfigurationException(String.format(Locale.ROOT,
                    "%d workers with model %s need about %.1f GB of memory, but %.1f GB are available; make"
                            + " workers (%d), width (%s), batch-size (%d) or threads (%d) smaller",
                    run.workers(), run.model(), needed / 1e9, Math.max(0, available) / 1e9,
                    run.workers(), run.values().get(Key.WIDTH), run.batchSize(), threads(run)));
        }
    }

    @Override
    public ReplicaEngine create(RunConfiguration run, DataSet data) {
        return new Dl4jEngine(
                () -> network(run, data.train().shape(), data.classes()),
                data.classes(),
                run.workers(),
                run.ema() > 0,
                run.seed(),
                threads(run));
    }

    private static int threads(RunConfiguration run) {
        return run.threads() > 0 ? run.threads() : Runtime.getRuntime().availableProcessors();
    }

    private static ComputationGraphConfiguration network(RunConfiguration run, ImageShape images, int classes) {
        return Models.configuration(run.model(), run.width(), run.dropout(), images, classes,
                Seeds.derive(run.seed(), Purpose.INITIALIZATION), DataType.FLOAT);
    }
}
