package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.ScoreSum;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Replicas;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Replicas in the host's memory: as many are in flight as there are threads, each in a lane of its own, from its images
 * to its gradients, so that activations are needed for those only and mostly stay in the cores' caches. Where there are
 * fewer replicas than threads, mini-batches may be divided into parts, each in a lane of its own.
 */
final class HostReplicas implements Replicas {

    private static final int BLOCK = 4096;

    private final Program training;
    private final Program evaluation;
    private final int workers;
    private final int parts;
    private final double[] partLosses;
    private final int columns;
    private final Workforce workforce;
    private final IntFunction<HostKernels> trainingKernels;
    private final IntFunction<HostKernels> evaluationKernels;
    private final Update rule;
    private final Map<Stored, FloatPointer> matrices = new HashMap<>();
    private FloatPointer mean;
    private FloatPointer partGradients;
    private final List<Map<Integer, Lane>> trainingLanes = new ArrayList<>();
    private final List<Map<Integer, Lane>> evaluationLanes = new ArrayList<>();
    private final ReplicaMatrices blocks;

    /**
     * @param parts into how many parts a mini-batch is divided; 1 where its images are coupled
     * @param trainingKernels makes the kernels of the training program for a batch size, on the thread that runs them
     * @param evaluationKernels likewise of the evaluation program
     */
    HostReplicas(
            Program training,
            Program evaluation,
            int workers,
            int parts,
            Update rule,
            Workforce workforce,
            IntFunction<HostKernels> trainingKernels,
            IntFunction<HostKernels> evaluationKernels) {
        this.training = training;
        this.evaluation = evaluation;
        this.workers = workers;
        this.rule = rule;
        this.parts = parts;
        partLosses = new double[workers * parts];
        this.workforce = workforce;
        this.trainingKernels = trainingKernels;
        this.evaluationKernels = evaluationKernels;
        columns = Math.toIntExact(training.size());
        try {
            rule.stored().forEach(matrix -> matrices.put(matrix, zeros((long) workers * columns)));
            mean = zeros(columns);
            partGradients = zeros((long) workers * (parts - 1) * columns);
            blocks = new BlockedMatrices(
                    rule, rule.stored().stream().collect(Collectors.toMap(matrix -> matrix, this::rows)), workforce);
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
        for (int t = 0; t < workforce.threads(); t++) {
            trainingLanes.add(new HashMap<>());
            evaluationLanes.add(new HashMap<>());
        }
    }

    private static FloatPointer zeros(long count) {
        FloatPointer values = new FloatPointer(count);
        Pointer.memset(values, 0, count * Float.BYTES);
        return values;
    }

    private List<FloatBuffer> rows(Stored matrix) {
        List<FloatBuffer> rows = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            rows.add(row(matrix, i));
        }
        return rows;
    }

    private FloatBuffer row(Stored matrix, int worker) {
        FloatPointer pointer = new FloatPointer(pointer(matrix));
        return pointer.position(start(worker)).limit(start(worker) + columns).asBuffer();
    }

    private FloatPointer pointer(Stored matrix) {
        return matrices.get(matrix);
    }

    /** Index of the first value of a row; above 2^31 for large models and many workers. */
    private long start(int worker) {
        return (long) Objects.checkIndex(worker, workers) * columns;
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        destination.put(row(matrix, worker));
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        FloatBuffer row = row(matrix, worker);
        row.put(0, source, source.position(), columns);
        source.position(source.position() + columns);
    }

    @Override
    public void computeGradients(Batch batch, long[] seeds, double[] losses) {
        int partsOfBatch = Math.min(parts, batch.size());
        workforce.forEach(workers * partsOfBatch, (thread, piece) ->
                computePart(batch, seeds, piece / partsOfBatch, piece % partsOfBatch, partsOfBatch, thread));
        for (int i = 0; i < workers; i++) {
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
        Lane lane = trainingLanes.get(thread).computeIfAbsent(
                count, size -> new Lane(training, trainingKernels.apply(size)));
        batch.draws().render(first, count, lane.input());
        Row row = lane.row();
        row.readFrom(pointer(rule.parameters()), start(worker));
        if (part == 0) {
            row.writeTo(pointer(rule.gradients()), start(worker));
        } else {
            row.writeTo(partGradients, partStart(worker, part));
        }
        row.turnTo(batch.labels(), first, from, batch.size(), seeds[worker]);
        lane.run();
        partLosses[worker * parts + part] = row.loss();
    }

    /** Index of the first gradient of a part other than the first. */
    private long partStart(int worker, int part) {
        return ((long) worker * (parts - 1) + part - 1) * columns;
    }

    /** Adds the gradients of the other parts to those of the first, each thread its columns. */
    private void addParts(int partsOfBatch) {
        workforce.forEach(workers * partsOfBatch, (thread, piece) -> {
            int worker = piece / partsOfBatch;
            int from = (int) ((long) (piece % partsOfBatch) * columns / partsOfBatch);
            int count = (int) ((long) (piece % partsOfBatch + 1) * columns / partsOfBatch) - from;
            FloatPointer sum = pointer(rule.gradients()).getPointer(start(worker) + from);
            for (int part = 1; part < partsOfBatch; part++) {
                FloatPointer gradients = partGradients.getPointer(partStart(worker, part) + from);
                openblas_nolapack.cblas_saxpy(count, 1, gradients, 1, sum, 1);
            }
        });
    }

    @Override
    public Score score(Kept matrix, int worker, ImageSet images) {
        FloatPointer parameters = worker == ReplicaEngine.MEAN ? mean(matrix) : pointer(matrix);
        long start = worker == ReplicaEngine.MEAN ? 0 : start(worker);
        ScoreSum[] sums = new ScoreSum[ScoreSum.chunks(images)];
        workforce.forEach(sums.length, (thread, chunk) -> {
            int from = ScoreSum.start(images, chunk);
            int count = ScoreSum.start(images, chunk + 1) - from;
            Lane lane = evaluationLanes.get(thread).computeIfAbsent(
                    count, size -> new Lane(evaluation, evaluationKernels.apply(size)));
            images.normalize(from, from + count, lane.input());
            lane.row().readFrom(parameters, start);
            lane.run();
            float[] logits = new float[count * evaluation.logits().size()];
            lane.logits().get(0, logits);
            sums[chunk] = ScoreSum.of(logits, images, from, count);
        });
        return ScoreSum.total(sums, images.size());
    }

    private FloatPointer mean(Kept matrix) {
        FloatBuffer[] rows = rows(matrix).toArray(FloatBuffer[]::new);
        FloatBuffer result = mean.asBuffer();
        float[] block = new float[BLOCK];
        double[] sums = new double[BLOCK];
        for (int from = 0; from < columns; from += BLOCK) {
            int count = Math.min(BLOCK, columns - from);
            Arrays.fill(sums, 0);
            for (FloatBuffer row : rows) {
                row.get(from, block, 0, count);
                for (int k = 0; k < count; k++) {
                    sums[k] += block[k];
                }
            }
            for (int k = 0; k < count; k++) {
                block[k] = (float) (sums[k] / workers);
            }
            result.put(from, block, 0, count);
        }
        return mean;
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        blocks.step(clock, mixing);
    }

    @Override
    public double consensusDistance() {
        return blocks.consensusDistance();
    }

    @Override
    public void close() {
        for (List<Map<Integer, Lane>> lanes : List.of(trainingLanes, evaluationLanes)) {
            lanes.forEach(bySize -> bySize.values().forEach(Lane::close));
            lanes.clear();
        }
        matrices.values().forEach(FloatPointer::close);
        for (FloatPointer vectors : new FloatPointer[] {mean, partGradients}) {
            if (vectors != null) {
                vectors.close();
            }
        }
    }
}
