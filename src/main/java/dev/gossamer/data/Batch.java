package dev.gossamer.data;

import java.util.Arrays;

/**
 * The mini-batches of all workers for one step: which images, and their classes.
 *
 * @param draws where the images are from [n * b], worker by worker
 * @param labels class of each image [n * b]
 * @param workers number of workers n
 * @param size images per worker b
 */
public record Batch(Draws draws, int[] labels, int workers, int size) {

    /** All images of a set as they are, in order, shared out evenly among workers. */
    public static Batch of(ImageSet images, int workers) {
        int[] labels = new int[images.size()];
        Arrays.setAll(labels, images::label);
        int[] places = new int[Draws.NUMBERS * images.size()];
        for (int i = 0; i < images.size(); i++) {
            places[Draws.NUMBERS * i] = i;
        }
        return new Batch(new Draws(images, places), labels, workers, images.size() / workers);
    }

    /** Shape of one image. */
    public ImageShape shape() {
        return draws.source().shape();
    }
}
