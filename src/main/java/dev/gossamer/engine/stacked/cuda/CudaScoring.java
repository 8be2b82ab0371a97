package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.ScoreSum;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.model.Loss;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * Scores parameters on sets of images, which stay on the GPU. Several chunks of images are scored at once, as if they
 * were replicas, by as many copies of the parameters: batch norm sees each chunk for itself.
 */
final class CudaScoring implements Scoring {

    /** Programs and the parameters they use, by the number of chunks at once. */
    private final Map<Integer, Copies> byCount = new HashMap<>();
    private final Map<ImageSet, Scored> sets = new IdentityHashMap<>();
    private final Gpu gpu;
    private final Loader loader;
    private final ImageSets onGpu;
    private final Program program;
    private final CudaMatrices matrices;
    private final int most;

    /**
     * @param loader makes programs ready
     * @param program the forward pass
     * @param matrices whose rows are scored
     * @param images the sets on the GPU
     */
    CudaScoring(Gpu gpu, Loader loader, Program program, CudaMatrices matrices, ImageSets images) {
        this.gpu = gpu;
        this.loader = loader;
        onGpu = images;
        this.program = program;
        this.matrices = matrices;
        most = Math.min(StackedEngine.MOST_CHUNKS, matrices.layout().rows());
    }

    @Override
    public Score score(Kept matrix, int worker, ImageSet images) {
        gpu.enter();
        Scored set = sets.computeIfAbsent(images, Scored::new);
        Map<Integer, Copies> ready = new HashMap<>();
        int chunks = ScoreSum.chunks(images);
        for (int chunk = 0; chunk < chunks; ) {
            int first = ScoreSum.start(images, chunk);
            int size = ScoreSum.start(images, chunk + 1) - first;
            boolean several = chunk + most <= chunks && ScoreSum.start(images, chunk + most) == first + most * size;
            int count = several ? most : 1;
            ready.computeIfAbsent(count, c -> loaded(c, matrix, worker)).score(set, first, size);
            chunk += count;
        }
        return set.total();
    }

    private Copies loaded(int count, Kept matrix, int worker) {
        Copies copies = byCount.computeIfAbsent(count, Copies::new);
        if (worker == MEAN) {
            matrices.copyMean(matrix, copies.parameters);
        } else {
            matrices.copyRow(matrix, worker, copies.parameters);
        }
        return copies;
    }

    /** A number of copies of the parameters, and programs for as many chunks of images at once. */
    private final class Copies {

        private final ParameterMatrix parameters;
        private final Map<Integer, LoadedProgram> programs = new HashMap<>();

        Copies(int count) {
            parameters = ParameterMatrix.allocate(
                    gpu, ParameterLayout.ofAll(program.parameters(), count), "the parameters to evaluate");
        }

        void score(Scored set, int first, int size) {
            LoadedProgram chunk = programs.computeIfAbsent(
                    size, s -> loader.load("evaluation", program, s, parameters, 0));
            set.images.normalize(chunk, first);
            chunk.run();
            int copies = parameters.layout().rows();
            String kernel = program.loss() == Loss.CROSS_ENTROPY ? "score" : "score_squares";
            gpu.forEach(kernel, (long) size * copies, chunk.logits(), set.images.labels(), set.losses, set.predicted,
                    first, size, copies, program.logits().size());
        }
    }

    /** A set of images, and how the last parameters did on each. */
    private final class Scored {

        private final ImageSet known;
        private final DeviceImages images;
        private final long losses;
        private final long predicted;

        Scored(ImageSet images) {
            known = images;
            this.images = onGpu.get(images);
            losses = gpu.allocate((long) Double.BYTES * images.size(), "the losses of the images");
            predicted = gpu.allocate((long) Integer.BYTES * images.size(), "the predictions of the images");
        }

        Score total() {
            int size = images.size();
            double[] loss = new double[size];
            int[] classes = new int[size];
            try (DoublePointer first = new DoublePointer(size); IntPointer second = new IntPointer(size)) {
                gpu.download(first, losses, (long) Double.BYTES * size);
                gpu.download(second, predicted, (long) Integer.BYTES * size);
                first.get(loss);
                second.get(classes);
            }
            return Score.of(Arrays.stream(loss).sum(), Arrays.stream(classes), known);
        }
    }
}
