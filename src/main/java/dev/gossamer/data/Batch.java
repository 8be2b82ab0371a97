package dev.gossamer.data;

import java.nio.FloatBuffer;

/**
 * The mini-batches of all workers for one step.
 *
 * @param images direct buffer in native byte order of normalised images [n, b, c, h, w], position 0; null where only
 *     the draws are asked for
 * @param draws where the images are from; null where they are from no set
 * @param labels class of each image [n * b], worker by worker
 * @param workers number of workers n
 * @param size images per worker b
 * @param shape shape of one image
 */
public record Batch(FloatBuffer images, Draws draws, int[] labels, int workers, int size, ImageShape shape) {

    /** Images from no set. */
    public Batch(FloatBuffer images, int[] labels, int workers, int size, ImageShape shape) {
        this(images, null, labels, workers, size, shape);
    }
}
