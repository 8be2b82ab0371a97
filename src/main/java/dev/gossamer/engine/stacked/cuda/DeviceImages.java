package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A set of images in a GPU's memory, one byte per pixel, as programs read them. */
final class DeviceImages {

    private final Gpu gpu;
    private final ImageSet images;
    private final long pixels;
    private final long labels;
    private final long tables;

    /** Copies the images to the GPU. */
    DeviceImages(Gpu gpu, ImageSet images) {
        this.gpu = gpu;
        this.images = images;
        byte[] classes = new byte[images.size()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) images.label(i);
        }
        int channels = images.shape().channels();
        FloatPointer inputs = new FloatPointer(256L * channels);
        for (int c = 0; c < channels; c++) {
            inputs.position(256L * c).put(images.normalization().table(c));
        }
        pixels = uploaded(new BytePointer(images.pixels()), images.pixels().length, "the pixels of the images");
        labels = uploaded(new BytePointer(classes), classes.length, "the labels of the images");
        tables = uploaded(inputs.position(0), (long) Float.BYTES * inputs.capacity(), "the normalisation");
    }

    private long uploaded(Pointer values, long bytes, String what) {
        try (values) {
            long address = gpu.allocate(bytes, what);
            gpu.upload(address, values, bytes);
            gpu.await();
            return address;
        }
    }

    /** Number of images. */
    int size() {
        return images.size();
    }

    /** Address of the labels, one byte each. */
    long labels() {
        return labels;
    }

    /**
     * Makes drawn images a program's input.
     *
     * @param draws address of their numbers [n, b, 4], see {@link dev.gossamer.data.Draws}
     * @param holes address of what is cut out of them [n, b, 4]; 0 for nothing
     */
    void draw(LoadedProgram program, long draws, long holes) {
        ImageShape shape = images.shape();
        int workers = program.memory().workers();
        gpu.forEach(4, "draw_images", program.inputValues(), pixels, tables, draws, holes,
                program.input(), program.memory().batch(), workers, Divisor.of(workers), shape.channels(),
                Divisor.of(shape.channels()), shape.height(), Divisor.of(shape.height()), shape.width(),
                Divisor.of(shape.width()));
    }

    /** Makes images, of which a program's parts take consecutive ones, its input. */
    void normalize(LoadedProgram program, int first) {
        int parts = program.memory().workers();
        int channels = images.shape().channels();
        int plane = images.shape().height() * images.shape().width();
        gpu.forEach(4, "normalize_images", program.inputValues(), pixels, tables, program.input(), first,
                program.memory().batch(), parts, Divisor.of(parts), channels, Divisor.of(channels), plane,
                Divisor.of(plane));
    }
}
