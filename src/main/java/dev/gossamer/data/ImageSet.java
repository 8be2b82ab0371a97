package dev.gossamer.data;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Labelled images in memory: pixels [N, c, h, w] and labels [N], one unsigned byte each, with the per-channel
 * normalisation that goes with them. Immutable; the arrays are not copied and must not be written to.
 */
public final class ImageSet {

    private final ImageShape shape;
    private final byte[] pixels;
    private final byte[] labels;
    private final Normalization normalization;

    /**
     * @param shape shape of one image
     * @param pixels values of all images [N, c, h, w], each in 0..255
     * @param labels classes of all images [N]
     * @param normalization turns a pixel into a network input
     * @throws IllegalArgumentException if there are no images, or the sizes do not agree
     */
    public ImageSet(ImageShape shape, byte[] pixels, byte[] labels, Normalization normalization) {
        if (labels.length == 0 || pixels.length != (long) labels.length * shape.size()) {
            throw new IllegalArgumentException(labels.length + " images of " + shape + " need "
                    + (long) labels.length * shape.size() + " pixels (and at least one image), got " + pixels.length);
        }
        if (normalization.channels() != shape.channels()) {
            throw new IllegalArgumentException(
                    "images of " + shape + " need a normalisation of as many channels, got "
                            + normalization.channels());
        }
        this.shape = shape;
        this.pixels = pixels;
        this.labels = labels;
        this.normalization = normalization;
    }

    /** Number of images N. */
    public int size() {
        return labels.length;
    }

    /** Shape of one image. */
    public ImageShape shape() {
        return shape;
    }

    /** Class of image i. */
    public int label(int i) {
        return labels[i] & 0xFF;
    }

    /** All pixels [N, c, h, w], unsigned; not to be written to. */
    public byte[] pixels() {
        return pixels;
    }

    /** How pixels become network inputs. */
    public Normalization normalization() {
        return normalization;
    }

    /**
     * The first images, all where there are no more.
     *
     * @param count how many, at least 1
     */
    public ImageSet first(int count) {
        return count >= size()
                ? this
                : new ImageSet(shape, Arrays.copyOf(pixels, count * shape.size()), Arrays.copyOf(labels, count),
                        normalization);
    }

    /**
     * Writes images {@code from <= i < to}, normalised, to a buffer at its position, which moves on: [to - from, c, h,
     * w].
     */
    public void normalize(int from, int to, FloatBuffer destination) {
        int plane = shape.height() * shape.width();
        int pixel = from * shape.size();
        for (int i = from; i < to; i++) {
            for (int c = 0; c < shape.channels(); c++) {
                float[] inputs = normalization.table(c);
                for (int k = 0; k < plane; k++) {
                    destination.put(inputs[pixels[pixel++] & 0xFF]);
                }
            }
        }
    }

    /** The indices of all images [N], ascending. */
    int[] indices() {
        return IntStream.range(0, size()).toArray();
    }
}
