package dev.gossamer.cli;

import dev.gossamer.data.DataSet;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.model.Models;
import org.nd4j.linalg.api.buffer.DataType;

/** The engines that runs are trained with. */
final class Engines {

    private Engines() {}

    /** DL4J networks on an ND4J backend, in single precision. */
    static EngineFactory standard() {
        return Engines::dl4j;
    }

    private static ReplicaEngine dl4j(RunConfiguration run, DataSet data) {
        return new Dl4jEngine(
                () -> Models.configuration(run.model(), run.width(), run.dropout(), data.train().shape(),
                        data.classes(), run.seed(), DataType.FLOAT),
                data.classes(),
                run.workers(),
                run.ema() > 0,
                run.seed(),
                run.threads() > 0 ? run.threads() : Runtime.getRuntime().availableProcessors());
    }
}
