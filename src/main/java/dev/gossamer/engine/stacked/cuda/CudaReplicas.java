package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;

/** Puts replicas into the memory of a GPU, where all are in flight at once. */
final class CudaReplicas {

    private CudaReplicas() {}

    /**
     * Takes over a GPU, and closes it, also where this fails.
     *
     * @param settings what is decided for its programs from outside
     * @param training a training step
     * @param evaluation the forward pass of the same network in evaluation
     * @param workers number of workers n
     * @param rule which matrices there are, and what a step does
     */
    static Replicas on(
            Gpu gpu, Settings settings, Program training, Program evaluation, int workers, Update rule) {
        try {
            Loader loader = new Loader(gpu, settings);
            CudaMatrices matrices = new CudaMatrices(
                    gpu, ParameterLayout.ofAll(training.parameters(), workers), rule, settings.profile());
            ImageSets sets = new ImageSets(gpu);
            return new Replicas(new CudaGradients(gpu, loader, training, matrices, sets), matrices,
                    new CudaScoring(gpu, loader, evaluation, matrices, sets), () -> {
                        gpu.enter();
                        gpu.close();
                    });
        } catch (RuntimeException | Error e) {
            closeAfter(e, gpu);
            throw e;
        }
    }

    private static void closeAfter(Throwable failure, Gpu gpu) {
        try {
            gpu.close();
        } catch (CudaException e) {
            failure.addSuppressed(e);
        }
    }
}
