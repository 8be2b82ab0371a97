package dev.gossamer.data;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Labelled images, or other examples with features, in memory: values [N, c, h, w] and labels [N]. Values are unsigned
 * bytes with the per-channel normalisation that goes with them, or floats that are inputs as they are. Features of
 * what is no image are images of one channel and one row, [N, 1, 1, f]. Immutable; the arrays are not copied and must
 * not be written to.
 */
public final class ImageSet {

    /** The most classes that there may be: a label has 16 bits. */
    public static final int MOST_CLASSES = 1 << 16;

    private final ImageShape shape;
    private final ImageValues values;
    private final char[] labels;
    private final Groups groups;

    /**
     * Images of bytes with at most 256 classes.
     *
     * @param shape shape of one image
     * @param pixels values of all images [N, c, h, w], each in 0..255
     * @param labels classes of all images [N], unsigned
     * @param normalization turns a pixel into a network input
     * @throws IllegalArgumentException if there are no images, or the sizes do not agree
     */
    public ImageSet(ImageShape shape, byte[] pixels, byte[] labels, Normalization normalization) {
        this(shape, pixels, widened(labels), normalization);
    }

    /**
     * Images of bytes.
     *
     * @param shape shape of one image
     * @param pixels values of all images [N, c, h, w], each in 0..255
     * @param labels classes of all images [N]
     * @param normalization turns a pixel into a network input
     * @throws IllegalArgumentException if there are no images, or the sizes do not agree
     */
    public ImageSet(ImageShape shape, byte[] pixels, char[] labels, Normalization normalization) {
        this(shape, new ImageValues.Bytes(pixels, normalization), labels);
        if (normalization.channels() != shape.channels()) {
            throw new IllegalArgumentException(
                    "images of " + shape + " need a normalisation of as many channels, got "
                            + normalization.channels());
        }
    }

    /**
     * Examples of floats.
     *
     * @param shape shape of one example
     * @param features inputs of all examples [N, c, h, w]
     * @param labels classes of all examples [N]
     * @throws IllegalArgumentException if there are no examples, or the sizes do not agree
     */
    public ImageSet(ImageShape shape, float[] features, char[] labels) {
        this(shape, new ImageValues.Floats(features), labels);
    }

    private ImageSet(ImageShape shape, ImageValues values, char[] labels) {
        this(shape, values, labels, null);
    }

    private ImageSet(ImageShape shape, ImageValues values, char[] labels, Groups groups) {
        if (labels.length == 0 || values.length() != (long) labels.length * shape.size()) {
            throw new IllegalArgumentException(labels.length + " images of " + shape + " need "
                    + (long) labels.length * shape.size() + " pixels (and at least one image), got "
                    + values.length());
        }
        this.shape = shape;
        this.values = values;
        this.labels = labels;
        this.groups = groups;
    }

    private static char[] widened(byte[] labels) {
        char[] wide = new char[labels.length];
        for (int i = 0; i < labels.length; i++) {
            wide[i] = (char) (labels[i] & 0xFF);
        }
        return wide;
    }

    /** The same images, of which some belong together; or not, where there are no groups. */
    ImageSet in(Optional<Groups> ofThese) {
        return new ImageSet(shape, values, labels, ofThese.orElse(null));
    }

    /** Which images belong together; empty where nothing says that. */
    Optional<Groups> groups() {
        return Optional.ofNullable(groups);
    }

    /** Whether something says which images belong together. */
    public boolean isGrouped() {
        return groups != null;
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
        return labels[i];
    }

    /** Whether the values are bytes; otherwise they are floats. */
    public boolean isOfBytes() {
        return values instanceof ImageValues.Bytes;
    }

    /**
     * All pixels [N, c, h, w], unsigned; not to be written to.
     *
     * @throws ClassCastException if the values are floats
     */
    public byte[] pixels() {
        return ((ImageValues.Bytes) values).pixels();
    }

    /**
     * How pixels become network inputs.
     *
     * @throws ClassCastException if the values are floats
     */
    public Normalization normalization() {
        return ((ImageValues.Bytes) values).normalization();
    }

    /**
     * All inputs [N, c, h, w]; not to be written to.
     *
     * @throws ClassCastException if the values are bytes
     */
    public float[] features() {
        return ((ImageValues.Floats) values).features();
    }

    ImageValues values() {
        return values;
    }

    /**
     * The first images, all where there are no more.
     *
     * @param count how many, at least 1
     */
    public ImageSet first(int count) {
        return count >= size()
                ? this
                : new ImageSet(shape, values.first(count * shape.size()), Arrays.copyOf(labels, count),
                        groups == null ? null : new Groups(groups.column(), Arrays.copyOf(groups.numbers(), count)));
    }

    /**
     * Writes the inputs of images {@code from <= i < to} to a buffer at its position, which moves on: [to - from, c, h,
     * w].
     */
    public void normalize(int from, int to, FloatBuffer destination) {
        int plane = shape.height() * shape.width();
        int next = from * shape.size();
        for (int i = from; i < to; i++) {
            for (int c = 0; c < shape.channels(); c++) {
                values.put(next, next + plane, c, false, destination);
                next += plane;
            }
        }
    }

    /** The indices of all images [N], ascending. */
    int[] indices() {
        return IntStream.range(0, size()).toArray();
    }

    /**
     * Images by their classes.
     *
     * @param order indices of the images
     * @return those of each class up to the last one that an image has, each in that order
     */
    int[][] byClass(int[] order) {
        int[] counts = new int[order.length == 0 ? 0 : 1 + Arrays.stream(order).map(this::label).max().getAsInt()];
        for (int image : order) {
            counts[labels[image]]++;
        }
        int[][] members = new int[counts.length][];
        Arrays.setAll(members, label -> new int[counts[label]]);
        Arrays.fill(counts, 0);
        for (int image : order) {
            members[labels[image]][counts[labels[image]]++] = image;
        }
        return members;
    }
}
