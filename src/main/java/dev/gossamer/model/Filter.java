package dev.gossamer.model;

import java.io.Serializable;

/**
 * Sizes of a two-dimensional convolution with square kernels.
 *
 * @param in input channels
 * @param out output channels
 * @param kernel edge of a kernel, in pixels
 * @param stride step between outputs, in pixels
 * @param padding zeros on each side of the input, in pixels
 */
public record Filter(int in, int out, int kernel, int stride, int padding) implements Serializable {

    /** A 3x3 filter that keeps height and width at stride 1. */
    static Filter of3x3(int in, int out, int stride) {
        return new Filter(in, out, 3, stride, 1);
    }

    /** A 1x1 filter. */
    static Filter of1x1(int in, int out, int stride) {
        return new Filter(in, out, 1, stride, 0);
    }

    /** Height or width of the output for that of the input. */
    public long outputSize(long inputSize) {
        return (inputSize + 2L * padding - kernel) / stride + 1;
    }

    /** Number of inputs of one output value. */
    int fanIn() {
        return in * kernel * kernel;
    }
}
