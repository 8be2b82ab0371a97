package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.engine.Gradients;
import dev.gossamer.engine.Workforce;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Gradients on the cores of the host: as many replicas are in flight as there are threads, each in a lane of its own,
 * from its images to its gradients, so that activations are needed for those only and mostly stay in the cores' caches.
 * Where there are fewer replicas than threads, mini-batches may be divided into parts, each in a lane of its own.
 */
final class HostGradients implements Gradients {

    private final Lanes lanes;
    private final HostRows rows;
    private final Workforce workforce;
    private final int parts;
    private final double[] partLosses;
    private final FloatPointer parameters;
    private final FloatPointer gradients;
    private final FloatPointer partGradients;

    /**
     * @param lanes of the training program
     * @param rows the matrices of the rule
     * @param parts into how many parts a mini-batch is divided; 1 where its images are coupled
     */
    HostGradients(Lanes lanes, HostRows rows, Update rule, int parts, Workforce workforce) {
        this.lanes = lanes;
        this.rows = rows;
        this.workforce = workforce;
        this.parts = parts;
        partLosses = new double[rows.workers() * parts];
        parameters = rows.pointer(rule.parameters());
        gradients = rows.pointer(rule.gradients());
        partGradients = rows.zeros(rows.workers() * (parts - 1));
    }

    @Override
    public void compute(Batch batch, long[] seeds, double[] losses) {
        int partsOfBatch = Math.min(parts, batch.size());
        workforce.forEach(losses.length * partsOfBatch, (thread, k) ->
                computePart(batch, seeds, k / partsOfBatch, k % partsOfBatch, partsOfBatch, thread));
        for (int i = 0; i < losses.length; i++) {
            losses[i] = 0;
            for (int part = 0; part < partsOfBatch; part++) {
                losses[i] += partLosses[i * parts + part];
            }
        }
        if (partsOfBatch > 1) {
            addParts(partsOfBatch);
        }
    }

    private void computePart(Batch batch, long[] seeds, int worker, int part, int partsOfBatch, int thread) {
        int from = part * batch.size() / partsOfBatch;
        int count = (part + 1) * batch.size() / partsOfBatch - from;
        int first = worker * batch.size() + from;
        Lane lane = lanes.of(thread, count);
        batch.draws().render(first, count, lane.input());
        Row row = lane.row();
        row.readFrom(parameters, rows.start(worker));
        if (part == 0) {
            row.writeTo(gradients, rows.start(worker));
        } else {
            row.writeTo(partGradients, partStart(worker, part));
        }
        row.turnTo(batch.labels(), first, from, batch.size(), seeds[worker]);
        lane.run();
        partLosses[worker * parts + part] = row.loss();
    }

    /** Index of the first gradient of a part other than the first. */
    private long partStart(int worker, int part) {
        return ((long) worker * (parts - 1) + part - 1) * rows.columns();
    }

    /** Adds the gradients of the other parts to those of the first, each thread its columns. */
    private void addParts(int partsOfBatch) {
        workforce.forEach(rows.workers() * partsOfBatch, (thread, k) -> {
            int worker = k / partsOfBatch;
            int from = (int) ((long) (k % partsOfBatch) * rows.columns() / partsOfBatch);
            int count = (int) ((long) (k % partsOfBatch + 1) * rows.columns() / partsOfBatch) - from;
            FloatPointer sum = gradients.getPointer(rows.start(worker) + from);
            for (int part = 1; part < partsOfBatch; part++) {
                FloatPointer others = partGradients.getPointer(partStart(worker, part) + from);
                openblas_nolapack.cblas_saxpy(count, 1, others, 1, sum, 1);
            }
        });
    }
}
