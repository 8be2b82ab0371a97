package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.Batch;
import dev.gossamer.data.Draws;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The training program for one batch size, and what is copied before and after it: the numbers of the drawn images, or
 * the images where they are from no set; labels; seeds; losses.
 */
final class Trainer {

    private final Gpu gpu;
    private final LoadedProgram program;
    private final ImageSets sets;
    private final int workers;
    private final long draws;
    private final long bytes;
    private long images;
    private FloatPointer staging;

    /**
     * @param program the training program
     * @param sets the sets on the GPU
     */
    Trainer(Gpu gpu, LoadedProgram program, ImageSets sets) {
        this.gpu = gpu;
        this.program = program;
        this.sets = sets;
        workers = program.memory().workers();
        draws = gpu.allocate((long) Integer.BYTES * Draws.NUMBERS * workers * program.memory().batch(), "draws");
        bytes = Float.BYTES * program.inputValues();
    }

    /** Fills the gradients, see {@link CudaReplicas#computeGradients}. */
    void run(Batch batch, long[] seeds, double[] losses) {
        if (batch.draws() == null) {
            upload(batch);
        } else {
            int[] places = batch.draws().places();
            upload(draws, new IntPointer(places), (long) Integer.BYTES * places.length);
            sets.get(batch.draws().source()).draw(program, draws);
        }
        ProgramMemory memory = program.memory();
        upload(memory.labels(), new IntPointer(batch.labels()), (long) Integer.BYTES * workers * batch.size());
        upload(memory.seeds(), new LongPointer(seeds), (long) Long.BYTES * workers);
        program.run();
        try (DoublePointer results = new DoublePointer(workers)) {
            gpu.download(results, memory.losses(), (long) Double.BYTES * workers);
            results.get(losses, 0, workers);
        }
    }

    /** Images of the host; the memory for them is taken the first time. */
    private void upload(Batch batch) {
        if (staging == null) {
            images = gpu.allocate(bytes, "a batch of images");
            staging = new FloatPointer(gpu.staging(bytes)).capacity(program.inputValues());
        }
        staging.asBuffer().put(0, batch.images(), 0, Math.toIntExact(program.inputValues()));
        gpu.upload(images, staging, bytes);
        program.arrangeImages(images);
    }

    private void upload(long to, Pointer values, long size) {
        try (values) {
            gpu.upload(to, values, size);
        }
    }
}
