package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.Batch;
import dev.gossamer.data.Draws;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * The training program for one batch size, and what is copied before and after it: the numbers of the drawn images,
 * labels, seeds, losses.
 */
final class Trainer {

    private final Gpu gpu;
    private final LoadedProgram program;
    private final ImageSets sets;
    private final int workers;
    private final long draws;
    private final long holes;
    /** Of the host, written anew only after the GPU has been waited for, as each run does at its end. */
    private final IntPointer places;
    private final IntPointer cut;
    private final IntPointer labels;
    private final LongPointer streams;
    private final DoublePointer results;

    /**
     * @param program the training program
     * @param sets the sets on the GPU
     */
    Trainer(Gpu gpu, LoadedProgram program, ImageSets sets) {
        this.gpu = gpu;
        this.program = program;
        this.sets = sets;
        workers = program.memory().workers();
        long count = (long) workers * program.memory().batch();
        draws = gpu.allocate(Integer.BYTES * Draws.NUMBERS * count, "draws");
        holes = gpu.allocate(Integer.BYTES * Draws.NUMBERS * count, "holes");
        places = new IntPointer(gpu.staging(Integer.BYTES * Draws.NUMBERS * count));
        cut = new IntPointer(gpu.staging(Integer.BYTES * Draws.NUMBERS * count));
        labels = new IntPointer(gpu.staging(Integer.BYTES * count));
        streams = new LongPointer(gpu.staging((long) Long.BYTES * workers));
        results = new DoublePointer(gpu.staging((long) Double.BYTES * workers));
    }

    /**
     * Fills the gradients, see {@link CudaGradients#compute}.
     *
     * @throws IllegalArgumentException if images are mixed
     */
    void run(Batch batch, long[] seeds, double[] losses) {
        if (!batch.draws().mixup().isNone()) {
            throw new IllegalArgumentException("images are not mixed on a GPU");
        }
        int[] numbers = batch.draws().places();
        gpu.upload(draws, places.put(numbers), (long) Integer.BYTES * numbers.length);
        int[] squares = batch.draws().holes();
        if (squares.length > 0) {
            gpu.upload(holes, cut.put(squares), (long) Integer.BYTES * squares.length);
        }
        sets.get(batch.draws().source()).draw(program, draws, squares.length > 0 ? holes : 0);
        ProgramMemory memory = program.memory();
        gpu.upload(memory.labels(), labels.put(batch.labels()), (long) Integer.BYTES * workers * batch.size());
        gpu.upload(memory.seeds(), streams.put(seeds), (long) Long.BYTES * workers);
        program.run();
        gpu.download(results, memory.losses(), (long) Double.BYTES * workers);
        results.get(losses, 0, workers);
    }
}
