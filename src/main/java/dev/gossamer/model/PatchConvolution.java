package dev.gossamer.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution of float arrays in host memory as one matrix product with the matrix of patches [in k k, b h w] (im2col).
 * For stride 1 and outputs as large as the input only.
 */
final class PatchConvolution {

    private static final int PATCHES = 0;
    private static final int OUTPUTS = 1;

    private final Filter filter;
    private final int images;
    private final int height;
    private final int width;
    private final int plane;
    private final int columns;
    private final int rows;
    private final HostMemory memory = HostMemory.ofThread();

    /** @param x an input of the shape [b, in, h, w] to work on */
    PatchConvolution(Filter filter, INDArray x) {
        this.filter = filter;
        images = (int) x.size(0);
        height = (int) x.size(2);
        width = (int) x.size(3);
        plane = height * width;
        columns = images * plane;
        rows = filter.fanIn();
    }

    static boolean fits(Filter filter) {
        return filter.stride() == 1 && 2 * filter.padding() == filter.kernel() - 1;
    }

    void forward(INDArray x, INDArray w, INDArray bias, boolean relu, INDArray y) {
        FloatPointer patches = patches(x);
        FloatPointer outputs = memory.outside(OUTPUTS, (long) filter.out() * columns);
        MatrixProduct.multiply(filter.out(), columns, rows, HostMemory.pointer(w), patches, outputs);
        float[] byChannel = memory.heap(0, filter.out() * columns);
        outputs.get(byChannel, 0, filter.out() * columns);
        if (bias != null) {
            addBias(byChannel, HostMemory.buffer(bias));
        }
        float[] byImage = memory.heap(1, filter.out() * columns);
        for (int o = 0; o < filter.out(); o++) {
            for (int i = 0; i < images; i++) {
                copyPlane(byChannel, (o * images + i) * plane, byImage, (i * filter.out() + o) * plane);
            }
        }
        if (relu) {
            FloatBlock.rectify(byImage, filter.out() * columns);
        }
        HostMemory.buffer(y).put(0, byImage, 0, filter.out() * columns);
    }

    void backward(INDArray x, INDArray w, INDArray y, INDArray dy, INDArray dw, INDArray dbias, INDArray dx) {
        FloatPointer gradients = outputGradients(y, dy, dbias);
        MatrixProduct.multiplyTransposed(
                filter.out(), rows, columns, gradients, patches(x), HostMemory.pointer(dw));
        if (dx != null) {
            FloatPointer patchGradients = memory.outside(PATCHES, (long) rows * columns);
            MatrixProduct.transposedMultiply(
                    rows, columns, filter.out(), HostMemory.pointer(w), gradients, patchGradients);
            addPatches(patchGradients, dx);
        }
    }

    private void addBias(float[] byChannel, FloatBuffer bias) {
        for (int o = 0; o < filter.out(); o++) {
            float b = bias.get(o);
            for (int i = o * columns; i < (o + 1) * columns; i++) {
                byChannel[i] += b;
            }
        }
    }

    /** Gradients by channel [out, b h w], masked where a ReLU gave 0, and their sums in {@code dbias}. */
    private FloatPointer outputGradients(INDArray y, INDArray dy, INDArray dbias) {
        int count = filter.out() * columns;
        float[] byImage = memory.heap(0, count);
        HostMemory.buffer(dy).get(0, byImage, 0, count);
        float[] byChannel = memory.heap(1, count);
        if (y != null) {
            HostMemory.buffer(y).get(0, byChannel, 0, count);
            FloatBlock.mask(byImage, byChannel, count);
        }
        for (int o = 0; o < filter.out(); o++) {
            for (int i = 0; i < images; i++) {
                copyPlane(byImage, (i * filter.out() + o) * plane, byChannel, (o * images + i) * plane);
            }
        }
        if (dbias != null) {
            FloatBuffer sums = HostMemory.buffer(dbias);
            for (int o = 0; o < filter.out(); o++) {
                sums.put(o, (float) FloatBlock.sum(byChannel, o * columns, columns));
            }
        }
        FloatPointer gradients = memory.outside(OUTPUTS, count);
        gradients.put(byChannel, 0, count);
        return gradients;
    }

    /** A loop, since planes of 4 to 64 values are too small for a call of arraycopy each. */
    private void copyPlane(float[] from, int at, float[] to, int toAt) {
        for (int i = 0; i < plane; i++) {
            to[toAt + i] = from[at + i];
        }
    }

    /** Row (c, ky, kx), column (image, i, j) of the patches holds x[image, c, i + ky - p, j + kx - p], 0 outside. */
    private FloatPointer patches(INDArray x) {
        FloatBuffer input = HostMemory.buffer(x);
        FloatPointer patches = memory.outside(PATCHES, (long) rows * columns);
        int taps = filter.kernel() * filter.kernel();
        float[] channel = memory.heap(2, columns);
        float[] block = memory.heap(3, taps * columns);
        FloatBuffer destination = patches.asBuffer();
        for (int c = 0; c < filter.in(); c++) {
            for (int i = 0; i < images; i++) {
                input.get((i * filter.in() + c) * plane, channel, i * plane, plane);
            }
            for (int tap = 0; tap < taps; tap++) {
                shift(channel, dy(tap), dx(tap), block, tap * columns);
            }
            destination.put(c * taps * columns, block, 0, taps * columns);
        }
        return patches;
    }

    private int dy(int tap) {
        return tap / filter.kernel() - filter.padding();
    }

    private int dx(int tap) {
        return tap % filter.kernel() - filter.padding();
    }

    /** Shifts all images at once as one long row, then clears what came across an edge. */
    private void shift(float[] channel, int dy, int dx, float[] block, int at) {
        int offset = dy * width + dx;
        int from = Math.max(0, -offset);
        int to = Math.min(columns, columns - offset);
        System.arraycopy(channel, from + offset, block, at + from, to - from);
        clearEdges(block, at, dy, dx);
    }

    private void clearEdges(float[] block, int at, int dy, int dx) {
        for (int image = at; image < at + columns; image += plane) {
            if (dy < 0) {
                Arrays.fill(block, image, image - dy * width, 0);
            } else if (dy > 0) {
                Arrays.fill(block, image + plane - dy * width, image + plane, 0);
            }
            for (int x = dx > 0 ? width - dx : 0; x < (dx > 0 ? width : -dx); x++) {
                for (int i = image + x; i < image + plane; i += width) {
                    block[i] = 0;
                }
            }
        }
    }

    /** The transpose of {@link #patches}: adds each patch value back to the pixel it came from. */
    private void addPatches(FloatPointer patchGradients, INDArray dx) {
        FloatBuffer source = patchGradients.asBuffer();
        FloatBuffer result = HostMemory.buffer(dx);
        int taps = filter.kernel() * filter.kernel();
        float[] channel = memory.heap(2, columns);
        float[] block = memory.heap(3, taps * columns);
        for (int c = 0; c < filter.in(); c++) {
            source.get(c * taps * columns, block, 0, taps * columns);
            Arrays.fill(channel, 0, columns, 0);
            for (int tap = 0; tap < taps; tap++) {
                clearEdges(block, tap * columns, dy(tap), dx(tap));
                int offset = dy(tap) * width + dx(tap);
                int from = Math.max(0, -offset);
                int to = Math.min(columns, columns - offset);
                addShifted(block, tap * columns + from, channel, from + offset, to - from);
            }
            for (int i = 0; i < images; i++) {
                result.put((i * filter.in() + c) * plane, channel, i * plane, plane);
            }
        }
    }

    private static void addShifted(float[] block, int at, float[] channel, int to, int count) {
        for (int i = 0; i < count; i++) {
            channel[to + i] += block[at + i];
        }
    }
}
