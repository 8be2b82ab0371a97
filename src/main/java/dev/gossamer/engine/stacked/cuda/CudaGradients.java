package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.Batch;
import dev.gossamer.engine.Gradients;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gradients on a GPU, of all replicas at once: one recorded program, the copies of its mini-batch before it and that of
 * the losses, which the host waits for, after it.
 */
final class CudaGradients implements Gradients {

    private final Gpu gpu;
    private final Loader loader;
    private final Program program;
    private final CudaMatrices matrices;
    private final ImageSets sets;
    private final Map<Integer, Trainer> trainers = new HashMap<>();

    /**
     * @param loader makes programs ready
     * @param program a training step
     * @param matrices where parameters are and gradients go
     * @param sets the sets of images on the GPU
     */
    CudaGradients(Gpu gpu, Loader loader, Program program, CudaMatrices matrices, ImageSets sets) {
        this.gpu = gpu;
        this.loader = loader;
        this.program = program;
        this.matrices = matrices;
        this.sets = sets;
    }

    @Override
    public void compute(Batch batch, long[] seeds, double[] losses) {
        gpu.enter();
        trainers.computeIfAbsent(batch.size(), this::trainer).run(batch, seeds, losses);
    }

    @Override
    public void prepare(int batch) {
        gpu.enter();
        trainers.computeIfAbsent(batch, this::trainer);
    }

    @Override
    public Optional<Preparation> preparation() {
        gpu.enter();
        return Optional.of(loader.preparation());
    }

    private Trainer trainer(int batch) {
        LoadedProgram loaded = loader.load("training", program, batch, matrices.parameterMatrix(),
                matrices.address(matrices.rule().gradients()));
        return new Trainer(gpu, loaded, sets);
    }
}
