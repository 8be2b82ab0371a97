package dev.gossamer.data;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Draws, augments and normalises the images of one step. What worker i draws at position p of step t is a pure function
 * of (seed, i, t, p) and of the images it draws from, uniformly with replacement.
 */
final class BatchSampler {

    /** Pixels of padding around an image before it is cropped. */
    private static final int PADDING = 4;

    private final ImageSet images;
    private final boolean cropAndFlip;
    private final int[][] parts;
    private final int batchSize;
    private final long seed;
    private final float[] image;

    /**
     * @param images the training images
     * @param augmentation what they go through
     * @param parts images of each worker [n][]
     * @param batchSize images per worker b
     * @param seed the run's seed
     */
    BatchSampler(ImageSet images, Augmentation augmentation, int[][] parts, int batchSize, long seed) {
        this.images = images;
        this.cropAndFlip = augmentation == Augmentation.CROP_AND_FLIP;
        this.parts = parts;
        this.batchSize = batchSize;
        this.seed = seed;
        this.image = new float[images.shape().size()];
    }

    /** Room for the draws of a step. */
    Draws draws() {
        return new Draws(images, new int[parts.length * batchSize * Draws.NUMBERS]);
    }

    /**
     * Draws the images of a step.
     *
     * @param step the step t
     * @param draws receives which images, and how
     * @param labels receives the classes [n * b]
     */
    void draw(long step, Draws draws, int[] labels) {
        for (int worker = 0; worker < parts.length; worker++) {
            long base = Seeds.derive(seed, Purpose.BATCHES, worker, step);
            int[] part = parts[worker];
            for (int position = 0; position < batchSize; position++) {
                int index = part[Seeds.bounded(Seeds.valueAt(base, 2L * position), part.length)];
                int image = worker * batchSize + position;
                draws.places()[Draws.NUMBERS * image] = index;
                if (cropAndFlip) {
                    augment(draws.places(), Draws.NUMBERS * image, Seeds.valueAt(base, 2L * position + 1));
                }
                labels[image] = images.label(index);
            }
        }
    }

    /** Crops by the first bits, flips by the last. */
    private static void augment(int[] places, int at, long bits) {
        int shifts = 2 * PADDING + 1;
        places[at + 1] = ((int) (bits >>> 48) * shifts >>> 16) - PADDING;
        places[at + 2] = ((int) (bits >>> 32 & 0xFFFF) * shifts >>> 16) - PADDING;
        places[at + 3] = (int) (bits & 1);
    }

    /**
     * Makes the drawn images, normalised; pixels outside of an image are the pixel 0, normalised.
     *
     * @param destination receives the images [n, b, c, h, w] from position 0; the position ends where it began
     */
    void render(Draws draws, FloatBuffer destination) {
        int[] places = draws.places();
        destination.clear();
        for (int at = 0; at < places.length; at += Draws.NUMBERS) {
            crop(places[at], places[at + 1], places[at + 2], places[at + 3] != 0);
            destination.put(image);
        }
        destination.clear();
    }

    /**
     * Writes the image's window that starts {@code top} rows and {@code left} columns from its corner, maybe mirrored.
     */
    private void crop(int index, int top, int left, boolean flip) {
        ImageShape shape = images.shape();
        int height = shape.height();
        int width = shape.width();
        int from = Math.max(0, -left);
        int to = Math.min(width, width - left);
        for (int c = 0; c < shape.channels(); c++) {
            float[] inputs = images.normalization().table(c);
            int plane = index * image.length + c * height * width;
            for (int y = 0; y < height; y++) {
                int row = (c * height + y) * width;
                int sourceY = y + top;
                if (sourceY < 0 || sourceY >= height) {
                    Arrays.fill(image, row, row + width, inputs[0]);
                } else {
                    cropRow(inputs, plane + sourceY * width + left, row, from, to, flip);
                }
            }
        }
    }

    /** Writes a row of the window, of which the columns from..to lie inside the image. */
    private void cropRow(float[] inputs, int source, int row, int from, int to, boolean flip) {
        byte[] pixels = images.pixels();
        int width = images.shape().width();
        if (flip) {
            int last = row + width - 1;
            Arrays.fill(image, last - from + 1, last + 1, inputs[0]);
            for (int x = from; x < to; x++) {
                image[last - x] = inputs[pixels[source + x] & 0xFF];
            }
            Arrays.fill(image, row, last - to + 1, inputs[0]);
        } else {
            Arrays.fill(image, row, row + from, inputs[0]);
            for (int x = from; x < to; x++) {
                image[row + x] = inputs[pixels[source + x] & 0xFF];
            }
            Arrays.fill(image, row + to, row + width, inputs[0]);
        }
    }
}
