package dev.gossamer.cli;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.experiment.ConfigurationException;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.model.Models;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** The engines that runs are trained with: DL4J networks on an ND4J backend, in single precision. */
final class Engines implements EngineFactory {

    @Override
    public void check(RunConfiguration run, ImageShape images, int classes) {
        try {
            network(run, images, classes);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
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
                run.threads() > 0 ? run.threads() : Runtime.getRuntime().availableProcessors());
    }

    private static ComputationGraphConfiguration network(RunConfiguration run, ImageShape images, int classes) {
        return Models.configuration(run.model(), run.width(), run.dropout(), images, classes,
                Seeds.derive(run.seed(), Purpose.INITIALIZATION), DataType.FLOAT);
    }
}
