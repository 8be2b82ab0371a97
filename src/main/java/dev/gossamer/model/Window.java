package dev.gossamer.model;

import java.io.Serializable;

/**
 * Sizes of a pooling, each of whose results is of the pixels in one window. Pixels beyond the edge of the input, and
 * those that no window covers, count nothing.
 *
 * @param height rows of a window, at least 1
 * @param width columns of a window, at least 1
 * @param stride step between windows, in pixels, at least 1
 * @param padding pixels by which windows may begin before the edge or end behind it; less than height and width
 */
public record Window(int height, int width, int stride, int padding) implements Serializable {

    /** Squares of 2x2 pixels, side by side. */
    public static final Window SQUARES = of(2, 2, 0);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Window {
        if (Math.min(height, width) < 1 || stride < 1 || padding < 0 || padding >= Math.min(height, width)) {
            throw new IllegalArgumentException("a window needs edges and a stride of at least 1 and a padding of less"
                    + " than its edges, got " + height + "x" + width + ", stride " + stride + ", padding " + padding);
        }
    }

    /** A square one. */
    public static Window of(int edge, int stride, int padding) {
        return new Window(edge, edge, stride, padding);
    }

    /** One of all pixels. */
    public static Window ofAll(int height, int width) {
        return new Window(height, width, 1, 0);
    }

    /** Height of the result for that of the input; not positive where no window fits. */
    public int rows(int inputHeight) {
        return Math.floorDiv(inputHeight + 2 * padding - height, stride) + 1;
    }

    /** Width of the result for that of the input; not positive where no window fits. */
    public int columns(int inputWidth) {
        return Math.floorDiv(inputWidth + 2 * padding - width, stride) + 1;
    }

    /** Whether the one window is all of an input. */
    public boolean isAll(int inputHeight, int inputWidth) {
        return height == inputHeight && width == inputWidth && padding == 0;
    }
}
