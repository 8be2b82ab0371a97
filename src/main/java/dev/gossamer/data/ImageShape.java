package dev.gossamer.data;

/**
 * Shape [c, h, w] of one image.
 *
 * @param channels number of channels c
 * @param height rows h, in pixels
 * @param width columns w, in pixels
 */
public record ImageShape(int channels, int height, int width) {

    /** Number of values in one image, c * h * w. */
    public int size() {
        return channels * height * width;
    }

    /** In words: {@code 3 x 32 x 32}. */
    @Override
    public String toString() {
        return channels + " x " + height + " x " + width;
    }
}
