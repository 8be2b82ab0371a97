package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Replicas;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Replicas in the memory of a GPU, all in flight at once. A step is one recorded program, the copies of its mini-batch
 * before it and that of the losses after it, and one kernel for the update; the host waits for the losses only.
 */
final class CudaReplicas implements Replicas {

    private final Gpu gpu;
    private final Program training;
    private final Update rule;
    private final Loader loader;
    private final CudaMatrices matrices;
    private final ImageSets sets;
    private final CudaEvaluation evaluation;
    private final Map<Integer, Trainer> trainers = new HashMap<>();

    /**
     * Takes over a GPU, and closes it, also where this fails.
     *
     * @param training a training step
     * @param evaluation the forward pass of the same network in evaluation
     * @param workers number of workers n
     * @param rule which matrices there are, and what a step does
     */
    CudaReplicas(Gpu gpu, Program training, Program evaluation, int workers, Update rule) {
        this.gpu = gpu;
        this.training = training;
        this.rule = rule;
        loader = new Loader(gpu);
        try {
            matrices = new CudaMatrices(gpu, ParameterLayout.ofAll(training.parameters(), workers), rule);
            sets = new ImageSets(gpu);
            this.evaluation = new CudaEvaluation(gpu, loader, evaluation, matrices, sets);
        } catch (RuntimeException | Error e) {
            closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            gpu.close();
        } catch (CudaException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        gpu.enter();
        matrices.read(matrix, worker, destination);
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        gpu.enter();
        matrices.write(matrix, worker, source);
    }

    @Override
    public void computeGradients(Batch batch, long[] seeds, double[] losses) {
        gpu.enter();
        trainers.computeIfAbsent(batch.size(), this::trainer).run(batch, seeds, losses);
    }

    @Override
    public void prepare(int batch) {
        gpu.enter();
        trainers.computeIfAbsent(batch, this::trainer);
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        gpu.enter();
        matrices.step(clock, mixing);
    }

    @Override
    public void await() {
        gpu.enter();
        gpu.await();
    }

    @Override
    public double consensusDistance() {
        gpu.enter();
        return matrices.consensusDistance();
    }

    @Override
    public Score score(Kept matrix, int worker, ImageSet images) {
        gpu.enter();
        return evaluation.score(matrix, worker, images);
    }

    @Override
    public Optional<Preparation> preparation() {
        gpu.enter();
        return Optional.of(loader.preparation());
    }

    @Override
    public void close() {
        gpu.enter();
        gpu.close();
    }

    private Trainer trainer(int batch) {
        LoadedProgram program = loader.load("training", training, batch, matrices.parameters(),
                matrices.address(rule.gradients()));
        return new Trainer(gpu, program, sets);
    }
}
