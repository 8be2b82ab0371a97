package dev.gossamer.bench;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.topology.Scheme;
import java.nio.FloatBuffer;

/**
 * The same training on two devices: how far apart it ends.
 *
 * @param firstLoss mean training loss over the last tenth of the steps, at least one, on the first device
 * @param secondLoss that on the second
 * @param parameterDeviation largest difference of a parameter of any worker, over the largest parameter on the second
 */
public record DeviceComparison(double firstLoss, double secondLoss, double parameterDeviation) {

    /** Where a training ends: the loss, and the parameters of all workers, one after another. */
    private record End(double loss, float[][] parameters) {}

    /**
     * Trains twice.
     *
     * @param engines makes the engines
     * @param first the run on the first device, with its number of steps
     * @param second the same run on the second
     * @param data what to train on
     */
    public static DeviceComparison of(
            EngineFactory engines, RunConfiguration first, RunConfiguration second, DataSet data) {
        End one = train(engines, first, data);
        End other = train(engines, second, data);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < other.parameters.length; i++) {
            for (int k = 0; k < other.parameters[i].length; k++) {
                largest = Math.max(largest, Math.abs(other.parameters[i][k]));
                double apart = Math.abs((double) one.parameters[i][k] - other.parameters[i][k]);
                difference = apart <= difference ? difference : apart; // NaN counts as apart
            }
        }
        return new DeviceComparison(one.loss, other.loss, difference / largest);
    }

    private static End train(EngineFactory engines, RunConfiguration run, DataSet data) {
        BatchSampler batches = new BatchSampler(data.train(), run.sampling().augmentation(data),
                run.sampling().mixup(), Partition.SHARED, run.gossip().workers(), run.optimization().batchSize(),
                run.seed());
        Scheme scheme = run.scheme();
        int steps = Math.toIntExact(run.steps(data.train().size()));
        int counted = Math.max(1, steps / 10);
        double loss = 0;
        try (ReplicaEngine engine = engines.create(run, data)) {
            for (int t = 0; t < steps; t++) {
                Batch batch = batches.at(t);
                double now = engine.computeGradients(batch, t);
                loss += t < steps - counted ? 0 : now / counted;
                engine.update(run.clock(t, 1, scheme), scheme.at(engine.matrices().rule().exchange(t)));
            }
            float[][] parameters = new float[run.gossip().workers()][Math.toIntExact(engine.matrices().parameters())];
            for (int i = 0; i < run.gossip().workers(); i++) {
                engine.matrices().readParameters(i, FloatBuffer.wrap(parameters[i]));
            }
            return new End(loss, parameters);
        }
    }
}
