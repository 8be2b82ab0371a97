package dev.gossamer.engine.stacked;

/**
 * A value that a program computes from a batch of b images: for every replica an array [b, channels, height, width].
 * Vectors [b, channels] have height and width 1. Where and in which order the values lie is the device's business.
 *
 * @param id number of the value in its program, from 0
 * @param channels number of channels
 * @param height height in pixels
 * @param width width in pixels
 */
public record Tensor(int id, int channels, int height, int width) {

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if an image has 2^31 values or more
     */
    public Tensor {
        long plane = (long) height * width;
        if (plane > 0 && channels > Integer.MAX_VALUE / plane) {
            throw new IllegalArgumentException("the stacked engine computes at most 2^31 - 1 values of an image in a"
                    + " layer, got " + channels + "x" + height + "x" + width + ": use smaller images");
        }
    }

    /** Values of one image. */
    public int size() {
        return channels * height * width;
    }

    /** Where a value lies in an array in C order. */
    public int index(int image, int channel, int row, int column) {
        return ((image * channels + channel) * height + row) * width + column;
    }
}
