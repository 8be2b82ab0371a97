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
}
