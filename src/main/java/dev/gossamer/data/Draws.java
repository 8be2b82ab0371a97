package dev.gossamer.data;

import java.nio.FloatBuffer;
import java.util.Arrays;

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

    /**
     * Makes some of the images, normalised. May be called by several threads at once, each for a buffer of its own.
     *
     * @param first the first one, counted over all workers
     * @param count how many
     * @param destination receives them [count, c, h, w] from its position on, which moves
     */
    public void render(int first, int count, FloatBuffer destination) {
        float[] values = new float[source.shape().height() * source.shape().width()];
        for (int at = NUMBERS * first; at < NUMBERS * (first + count); at += NUMBERS) {
            for (int c = 0; c < source.shape().channels(); c++) {
                renderChannel(at, c, values);
                destination.put(values);
            }
        }
    }

    private void renderChannel(int at, int channel, float[] values) {
        ImageShape shape = source.shape();
        int height = shape.height();
        int width = shape.width();
        float[] inputs = source.normalization().table(channel);
        int plane = places[at] * shape.size() + channel * height * width;
        int top = places[at + 1];
        int left = places[at + 2];
        int from = Math.min(width, Math.max(0, -left));
        int to = Math.max(from, Math.min(width, width - left));
        for (int y = 0; y < height; y++) {
            if (y + top < 0 || y + top >= height) {
                Arrays.fill(values, y * width, (y + 1) * width, inputs[0]);
            } else {
                renderRow(inputs, plane + (y + top) * width + left, from, to, places[at + 3] != 0, values, y * width);
            }
        }
    }

    /** A row of the window, of which the columns from..to lie inside the image. */
    private void renderRow(
            float[] inputs, int start, int from, int to, boolean mirrored, float[] values, int rowStart) {
        byte[] pixels = source.pixels();
        int end = rowStart + source.shape().width();
        if (mirrored) {
            Arrays.fill(values, rowStart, end - to, inputs[0]);
            for (int x = from; x < to; x++) {
                values[end - 1 - x] = inputs[pixels[start + x] & 0xFF];
            }
            Arrays.fill(values, end - from, end, inputs[0]);
        } else {
            Arrays.fill(values, rowStart, rowStart + from, inputs[0]);
            for (int x = from; x < to; x++) {
                values[rowStart + x] = inputs[pixels[start + x] & 0xFF];
            }
            Arrays.fill(values, rowStart + to, end, inputs[0]);
        }
    }
}
