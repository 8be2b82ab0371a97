package dev.gossamer.data;

/**
 * Which images of a set a batch is made of, and how they are cropped and mirrored.
 *
 * @param source the set
 * @param places four numbers for each image, worker by worker [n * b, 4]: its index; the row and the column of it,
 *     maybe negative, where the window of its own size starts, with pixels of 0 outside of it; 1 if the window is
 *     mirrored, else 0
 */
public record Draws(ImageSet source, int[] places) {

    /** Numbers for an image. */
    public static final int NUMBERS = 4;
}
