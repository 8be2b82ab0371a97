package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.Draws;
import dev.gossamer.engine.GradientProfile;
import dev.gossamer.engine.Gradients;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Gradients on the cores of the host: as many replicas are in flight as there are threads, each in a lane of its own,
 * from its images to its gradients, so that activations are needed for those only and mostly stay in the cores' caches.
 * The operations of a single replica are divided among the threads instead.
 */
final class HostGradients implements Gradients {

    private final Lanes lanes;
    private final HostRows rows;
    private final FactoredGradients factored;
    private final Workforce workforce;
    private final int operationThreads;
    private final FloatPointer parameters;
    private final FloatPointer gradients;

    /**
     * @param lanes of the training program
     * @param rows the matrices of the rule
     * @param factored gradients that are kept in another way
     * @param operationThreads number of threads that each operation is divided among
     */
    HostGradients(Lanes lanes, HostRows rows, FactoredGradients factored, Update rule, Workforce workforce,
            int operationThreads) {
        this.lanes = lanes;
        this.rows = rows;
        this.factored = factored;
        this.workforce = workforce;
        this.operationThreads = operationThreads;
        parameters = rows.pointer(rule.parameters());
        gradients = rows.pointer(rule.gradients());
    }

    /** How a replica's images are rendered and the program run. */
    @FunctionalInterface
    interface Pass {

        /**
         * Does it.
         *
         * @param first the replica's first image, counted over all workers
         * @param count its images
         */
        void run(Lane lane, Draws draws, int first, int count);
    }

    @Override
    public void compute(Batch batch, long[] seeds, double[] losses) {
        factored.begin(batch.size());
        forEachWorker((thread, worker) ->
                losses[worker] = run(batch, seeds[worker], worker, thread, HostGradients::renderAndRun));
    }

    @Override
    public Optional<GradientProfile> profile(Batch batch, long[] seeds, int repetitions) {
        factored.begin(batch.size());
        LaneClock[] clocks = new LaneClock[repetitions * rows.workers()];
        Arrays.setAll(clocks, i -> new LaneClock());
        for (int repetition = 0; repetition < repetitions; repetition++) {
            int from = repetition * rows.workers();
            forEachWorker((thread, worker) -> run(batch, seeds[worker], worker, thread, clocks[from + worker]));
        }
        return Optional.of(LaneClock.medians(clocks));
    }

    private void forEachWorker(Workforce.Work work) {
        workforce.forEach(rows.workers(), operationThreads == 1 ? work : (thread, worker) ->
                NativeBackend.withOperationThreads(operationThreads, () -> work.run(thread, worker)));
    }

    private static void renderAndRun(Lane lane, Draws draws, int first, int count) {
        draws.render(first, count, lane.input());
        lane.run();
    }

    /** Computes the gradients of a worker, and has its loss. */
    private double run(Batch batch, long seed, int worker, int thread, Pass pass) {
        Lane lane = lanes.of(thread, batch.size());
        Replica replica = lane.replica();
        replica.readFrom(parameters, rows.start(worker));
        replica.writeTo(gradients, rows.start(worker));
        replica.turnTo(batch.labels(), worker, batch.size(), seed);
        pass.run(lane, batch.draws(), worker * batch.size(), batch.size());
        return replica.loss();
    }
}
