package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.Draws;
import dev.gossamer.engine.Columns;
import dev.gossamer.engine.GradientProfile;
import dev.gossamer.engine.Gradients;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Gradients on the cores of the host: as many replicas are in flight as there are threads, each in a lane of its own,
 * from its images to its gradients, so that activations are needed for those only and mostly stay in the cores' caches.
 * Where there are fewer replicas than threads, mini-batches may be divided into shares, each in a lane of its own.
 */
final class HostGradients implements Gradients {

    private final Lanes lanes;
    private final HostRows rows;
    private final FactoredGradients factored;
    private final Workforce workforce;
    private final int shares;
    private final int operationThreads;
    private final double[] shareLosses;
    private final FloatPointer parameters;
    private final FloatPointer gradients;
    private final FloatPointer shareGradients;

    /**
     * @param lanes of the training program
     * @param rows the matrices of the rule
     * @param factored gradients that are kept in another way
     * @param shares into how many shares a mini-batch is divided; 1 where its images are coupled
     * @param operationThreads number of threads that each operation is divided among
     */
    HostGradients(Lanes lanes, HostRows rows, FactoredGradients factored, Update rule, int shares,
            int operationThreads, Workforce workforce) {
        this.lanes = lanes;
        this.rows = rows;
        this.factored = factored;
        this.workforce = workforce;
        this.shares = shares;
        this.operationThreads = operationThreads;
        shareLosses = new double[rows.workers() * shares];
        parameters = rows.pointer(rule.parameters());
        gradients = rows.pointer(rule.gradients());
        shareGradients = rows.zeros(rows.workers() * (shares - 1));
    }

    /** How a lane's images are rendered and its program run. */
    @FunctionalInterface
    interface Pass {

        /**
         * Does it.
         *
         * @param first the lane's first image, counted over all workers
         * @param count its images
         */
        void run(Lane lane, Draws draws, int first, int count);
    }

    @Override
    public void compute(Batch batch, long[] seeds, double[] losses) {
        factored.begin(batch.size());
        int sharesOfBatch = Math.min(shares, batch.size());
        forEachShare(sharesOfBatch, (thread, k) -> computeShare(batch, seeds, k / sharesOfBatch,
                k % sharesOfBatch, sharesOfBatch, thread, HostGradients::renderAndRun));
        for (int i = 0; i < losses.length; i++) {
            losses[i] = 0;
            for (int share = 0; share < sharesOfBatch; share++) {
                losses[i] += shareLosses[i * shares + share];
            }
        }
        if (sharesOfBatch > 1) {
            addShares(sharesOfBatch);
        }
    }

    @Override
    public Optional<GradientProfile> profile(Batch batch, long[] seeds, int repetitions) {
        factored.begin(batch.size());
        int sharesOfBatch = Math.min(shares, batch.size());
        LaneClock[] clocks = new LaneClock[repetitions * rows.workers()];
        Arrays.setAll(clocks, i -> new LaneClock());
        for (int repetition = 0; repetition < repetitions; repetition++) {
            int from = repetition * rows.workers();
            forEachShare(sharesOfBatch, (thread, k) -> computeShare(batch, seeds,
                    k / sharesOfBatch, k % sharesOfBatch, sharesOfBatch, thread, clocks[from + k / sharesOfBatch]));
        }
        return Optional.of(LaneClock.medians(clocks));
    }

    private void forEachShare(int sharesOfBatch, Workforce.Work work) {
        workforce.forEach(rows.workers() * sharesOfBatch, operationThreads == 1 ? work : (thread, k) ->
                NativeBackend.withOperationThreads(operationThreads, () -> work.run(thread, k)));
    }

    private static void renderAndRun(Lane lane, Draws draws, int first, int count) {
        draws.render(first, count, lane.input());
        lane.run();
    }

    private void computeShare(Batch batch, long[] seeds, int worker, int share, int sharesOfBatch, int thread,
            Pass pass) {
        int from = share * batch.size() / sharesOfBatch;
        int count = (share + 1) * batch.size() / sharesOfBatch - from;
        int first = worker * batch.size() + from;
        Lane lane = lanes.of(thread, count);
        Replica replica = lane.replica();
        replica.readFrom(parameters, rows.start(worker));
        if (share == 0) {
            replica.writeTo(gradients, rows.start(worker));
        } else {
            replica.writeTo(shareGradients, shareStart(worker, share));
        }
        replica.turnTo(batch.labels(), batch.draws().mixup(), worker, from, batch.size(), seeds[worker]);
        pass.run(lane, batch.draws(), first, count);
        shareLosses[worker * shares + share] = replica.loss();
    }

    /** Index of the first gradient of a share other than the first. */
    private long shareStart(int worker, int share) {
        return rows.place(worker * (shares - 1) + share - 1);
    }

    /** Adds the gradients of the other shares to those of the first, each thread its columns. */
    private void addShares(int sharesOfBatch) {
        factored.columnsInMemory().forEach(columns -> addShares(sharesOfBatch, columns));
    }

    private void addShares(int sharesOfBatch, Columns columns) {
        int width = columns.to() - columns.from();
        workforce.forEach(rows.workers() * sharesOfBatch, (thread, k) -> {
            int worker = k / sharesOfBatch;
            int from = columns.from() + (int) ((long) (k % sharesOfBatch) * width / sharesOfBatch);
            int count = columns.from() + (int) ((long) (k % sharesOfBatch + 1) * width / sharesOfBatch) - from;
            FloatPointer sum = gradients.getPointer(rows.start(worker) + from);
            for (int share = 1; share < sharesOfBatch; share++) {
                FloatPointer others = shareGradients.getPointer(shareStart(worker, share) + from);
                openblas_nolapack.cblas_saxpy(count, 1, others, 1, sum, 1);
            }
        });
    }
}
