package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/** A set of images in a GPU's memory, as bytes or floats, as programs read them. */
final class DeviceImages {

    private final Gpu gpu;
    private final ImageSet images;
    private final long labels;
    /** Addresses of pixels and their tables, or of features: the first arguments of kernels. */
    private final Object[] values;

    /** Copies the images to the GPU. */
    DeviceImages(Gpu gpu, ImageSet images) {
        this.gpu = gpu;
        this.images = images;
        int[] classes = new int[images.size()];
        Arrays.setAll(classes, images::label);
        values = images.isOfBytes() ? uploadedBytes() : uploadedFloats();
        labels = uploaded(new IntPointer(classes), (long) Integer.BYTES * classes.length, "the labels of the images");
    }

    private Object[] uploadedBytes() {
        int channels = images.shape().channels();
        FloatPointer inputs = new FloatPointer(256L * channels);
        for (int c = 0; c < channels; c++) {
            inputs.position(256L * c).put(images.normalization().table(c));
        }
        long pixels = uploaded(new BytePointer(images.pixels()), images.pixels().length, "the pixels of the images");
        return new Object[] {
            pixels, uploaded(inputs.position(0), (long) Float.BYTES * inputs.capacity(), "the normalisation")};
    }

    private Object[] uploadedFloats() {
        float[] features = images.features();
        return new Object[] {
            uploaded(new FloatPointer(features), (long) Float.BYTES * features.length, "the features of the examples")};
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

    /** Address of the labels, int32. */
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
        launch(program, images.isOfBytes() ? "draw_images" : "draw_features", draws, holes, program.input(),
                program.memory().batch(), workers, Divisor.of(workers), shape.channels(),
                Divisor.of(shape.channels()), shape.height(), Divisor.of(shape.height()), shape.width(),
                Divisor.of(shape.width()));
    }

    /** Makes images, of which a program's parts take consecutive ones, its input. */
    void normalize(LoadedProgram program, int first) {
        int parts = program.memory().workers();
        int channels = images.shape().channels();
        int plane = images.shape().height() * images.shape().width();
        launch(program, images.isOfBytes() ? "normalize_images" : "copy_features", program.input(), first,
                program.memory().batch(), parts, Divisor.of(parts), channels, Divisor.of(channels), plane,
                Divisor.of(plane));
    }

    private void launch(LoadedProgram program, String kernel, Object... arguments) {
        Object[] all = Arrays.copyOf(values, values.length + arguments.length);
        System.arraycopy(arguments, 0, all, values.length, arguments.length);
        gpu.forEach(4, kernel, program.inputValues(), all);
    }
}
