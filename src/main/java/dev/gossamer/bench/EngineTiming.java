package dev.gossamer.bench;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.GradientProfile;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Times training steps as they are in a run, with its batches; but each step is waited for, so that gradients and
 * update are told apart on a GPU too.
 */
final class EngineTiming {

    private EngineTiming() {}

    /**
     * Trains for some steps.
     *
     * @param engine at its start
     * @param run what it was made for
     * @param data images
     * @param warmUp number of first steps that are not counted
     * @param steps number of steps that are
     */
    static StepDurations measure(ReplicaEngine engine, RunConfiguration run, DataSet data, int warmUp, int steps) {
        Scheme scheme = run.scheme();
        List<Double> whole = new ArrayList<>();
        List<Double> gradients = new ArrayList<>();
        List<Double> updates = new ArrayList<>();
        BatchSampler batches = batches(run, data);
        for (int t = 0; t < warmUp + steps; t++) {
            long start = System.nanoTime();
            Batch batch = batches.at(t);
            long ready = System.nanoTime();
            engine.computeGradients(batch, t);
            long computed = System.nanoTime();
            engine.update(run.clock(t, 1, scheme), scheme.at(engine.matrices().rule().exchange(t)));
            engine.matrices().await();
            long end = System.nanoTime();
            if (t >= warmUp) {
                whole.add((end - start) * 1e-9);
                gradients.add((computed - ready) * 1e-9);
                updates.add((end - computed) * 1e-9);
            }
        }
        return new StepDurations(
                new Sample(whole).median(), new Sample(gradients).median(), new Sample(updates).median());
    }

    /**
     * Times the parts of computing gradients, at one batch.
     *
     * @param repetitions number of times
     */
    static Optional<GradientProfile> profile(ReplicaEngine engine, RunConfiguration run, DataSet data,
            int repetitions) {
        return engine.gradients().profile(
                batches(run, data).at(0), new long[run.gossip().workers()], repetitions);
    }

    private static BatchSampler batches(RunConfiguration run, DataSet data) {
        return new BatchSampler(data.train(), run.sampling().augmentation(data),
                run.sampling().mixup(), Partition.SHARED, run.gossip().workers(), run.optimization().batchSize(),
                run.seed());
    }
}
