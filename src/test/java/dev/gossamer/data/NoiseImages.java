package dev.gossamer.data;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;

/** Sets of images of noise: each value is equally likely one of 256 from -1 to 1. */
public final class NoiseImages {

    private NoiseImages() {}

    /** A set of some images, of so many classes. */
    public static ImageSet of(Random random, ImageShape shape, int count, int classes) {
        byte[] pixels = new byte[count * shape.size()];
        random.nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(classes);
        }
        double[] half = new double[shape.channels()];
        Arrays.fill(half, 0.5);
        return new ImageSet(shape, pixels, labels, new Normalization(half, half));
    }

    /** A set of the same inputs, as floats. */
    public static ImageSet asFeatures(ImageSet images) {
        FloatBuffer inputs = FloatBuffer.allocate(images.size() * images.shape().size());
        images.normalize(0, images.size(), inputs);
        char[] labels = new char[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (char) images.label(i);
        }
        return new ImageSet(images.shape(), inputs.array(), labels);
    }

    /** A batch of such images. */
    public static Batch batch(Random random, ImageShape shape, int workers, int size, int classes) {
        return Batch.of(of(random, shape, workers * size, classes), workers);
    }
}
