package dev.gossamer.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Kernels for float arrays in host memory: what ND4J's operations do, where measurements say it can be done faster. */
final class HostKernels extends ArrayKernels {

    static final HostKernels INSTANCE = new HostKernels();

    /**
     * Below this number of output pixels, over all images, a convolution is a matrix product. The native convolution
     * reorders the weights on every call, which takes as long as computing some hundred pixels. The first layer's
     * backward pass is a product at any size, since the native one would compute a gradient that nobody needs.
     */
    private static final long FEW_PIXELS = 512;

    /** Values copied to the heap at once: two such blocks fit a first-level cache. */
    private static final int BLOCK = 4096;

    private HostKernels() {}

    @Override
    public void convolve(Filter filter, INDArray x, INDArray w, INDArray bias, boolean relu, INDArray y) {
        if (asPatches(filter, x)) {
            new PatchConvolution(filter, x).forward(x, w, bias, relu, y);
        } else {
            super.convolve(filter, x, w, bias, relu, y);
        }
    }

    @Override
    public void convolveBackward(
            Filter filter, INDArray x, INDArray w, INDArray y, INDArray dy, INDArray dw, INDArray dbias, INDArray dx) {
        boolean weightsOnly = dx == null && PatchConvolution.fits(filter);
        if (weightsOnly || asPatches(filter, x)) {
            new PatchConvolution(filter, x).backward(x, w, y, dy, dw, dbias, dx);
        } else {
            super.convolveBackward(filter, x, w, y, dy, dw, dbias, dx);
        }
    }

    private static boolean asPatches(Filter filter, INDArray x) {
        return PatchConvolution.fits(filter) && x.size(0) * x.size(2) * x.size(3) < FEW_PIXELS;
    }

    @Override
    public void multiply(INDArray x, INDArray w, INDArray bias, boolean relu, INDArray y) {
        int images = (int) x.size(0);
        int in = (int) x.size(1);
        int out = (int) w.size(0);
        FloatPointer result = HostMemory.pointer(y);
        MatrixProduct.multiplyTransposed(images, out, in, HostMemory.pointer(x), HostMemory.pointer(w), result);
        float[] row = HostMemory.ofThread().heap(0, out);
        float[] shift = HostMemory.ofThread().heap(1, out);
        HostMemory.buffer(bias).get(0, shift, 0, out);
        FloatBuffer rows = result.asBuffer();
        for (int i = 0; i < images; i++) {
            rows.get(i * out, row, 0, out);
            for (int k = 0; k < out; k++) {
                row[k] += shift[k];
            }
            if (relu) {
                FloatBlock.rectify(row, out);
            }
            rows.put(i * out, row, 0, out);
        }
    }

    @Override
    public void multiplyBackward(
            INDArray x, INDArray w, INDArray y, INDArray dy, INDArray dw, INDArray dbias, INDArray dx) {
        int images = (int) x.size(0);
        int in = (int) x.size(1);
        int out = (int) w.size(0);
        HostMemory memory = HostMemory.ofThread();
        float[] gradients = memory.heap(0, images * out);
        float[] sums = memory.heap(1, out);
        HostMemory.buffer(dy).get(0, gradients, 0, images * out);
        if (y != null) {
            float[] outputs = memory.heap(2, images * out);
            HostMemory.buffer(y).get(0, outputs, 0, images * out);
            FloatBlock.mask(gradients, outputs, images * out);
        }
        Arrays.fill(sums, 0, out, 0);
        for (int i = 0; i < images; i++) {
            for (int k = 0; k < out; k++) {
                sums[k] += gradients[i * out + k];
            }
        }
        HostMemory.buffer(dbias).put(0, sums, 0, out);
        FloatPointer dz = memory.outside(0, (long) images * out);
        dz.put(gradients, 0, images * out);
        MatrixProduct.transposedMultiply(out, in, images, dz, HostMemory.pointer(x), HostMemory.pointer(dw));
        if (dx != null) {
            MatrixProduct.multiply(images, in, out, dz, HostMemory.pointer(w), HostMemory.pointer(dx));
        }
    }

    @Override
    public void normalize(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray y) {
        new BatchNormKernel(x).forward(x, gamma, beta, relu, statistics, y);
    }

    @Override
    public void normalizeBackward(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics,
            INDArray dy, INDArray dgamma, INDArray dbeta, INDArray dx) {
        new BatchNormKernel(x).backward(x, gamma, beta, relu, statistics, dy, dgamma, dbeta, dx);
    }

    @Override
    public void reluBackward(INDArray y, INDArray dy, INDArray dx) {
        FloatBuffer outputs = HostMemory.buffer(y);
        FloatBuffer incoming = HostMemory.buffer(dy);
        FloatBuffer outgoing = HostMemory.buffer(dx);
        float[] output = HostMemory.ofThread().heap(0, BLOCK);
        float[] gradient = HostMemory.ofThread().heap(1, BLOCK);
        for (int from = 0; from < outputs.capacity(); from += BLOCK) {
            int count = Math.min(BLOCK, outputs.capacity() - from);
            outputs.get(from, output, 0, count);
            incoming.get(from, gradient, 0, count);
            FloatBlock.mask(gradient, output, count);
            outgoing.put(from, gradient, 0, count);
        }
    }
}
