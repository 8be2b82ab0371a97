package dev.gossamer.model;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation of float arrays in host memory, one channel at a time. */
final class BatchNormKernel {

    /** A positive float times this is at least 1, save for denormal ones. */
    private static final float HUGE = 3e38f;

    private final int channels;
    private final int images;
    private final int plane;
    private final int count;
    private final float[] values;
    private final float[] gradients;
    private final float[] products;
    private final float[] work;

    /** @param x any array of the shape [b, c, h, w] to work on */
    BatchNormKernel(INDArray x) {
        images = (int) x.size(0);
        channels = (int) x.size(1);
        plane = Math.toIntExact(x.size(2) * x.size(3));
        count = images * plane;
        HostMemory memory = HostMemory.ofThread();
        values = memory.heap(0, count);
        gradients = memory.heap(1, count);
        products = memory.heap(2, count);
        work = memory.heap(3, count);
    }

    void forward(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray y) {
        FloatBuffer in = HostMemory.buffer(x);
        FloatBuffer out = HostMemory.buffer(y);
        FloatBuffer scales = HostMemory.buffer(gamma);
        FloatBuffer shifts = HostMemory.buffer(beta);
        FloatBuffer saved = HostMemory.buffer(statistics);
        for (int c = 0; c < channels; c++) {
            read(in, c, values);
            System.arraycopy(values, 0, products, 0, count);
            float mean = PairwiseSum.of(products, count, work) / count;
            squaredDeviations(values, mean, products, count);
            double variance = PairwiseSum.of(products, count, work) / count;
            float inverse = (float) (1 / Math.sqrt(variance + BatchNormSpec.EPSILON));
            saved.put(c, mean).put(channels + c, inverse);
            scaleAndShift(values, mean, inverse * scales.get(c), shifts.get(c), count);
            if (relu) {
                rectify(values, count);
            }
            write(values, c, out);
        }
    }

    void backward(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray dy,
            INDArray dgamma, INDArray dbeta, INDArray dx) {
        FloatBuffer in = HostMemory.buffer(x);
        FloatBuffer incoming = HostMemory.buffer(dy);
        FloatBuffer outgoing = HostMemory.buffer(dx);
        FloatBuffer scales = HostMemory.buffer(gamma);
        FloatBuffer shifts = HostMemory.buffer(beta);
        FloatBuffer saved = HostMemory.buffer(statistics);
        FloatBuffer scaleGradients = HostMemory.buffer(dgamma);
        FloatBuffer shiftGradients = HostMemory.buffer(dbeta);
        for (int c = 0; c < channels; c++) {
            float mean = saved.get(c);
            float inverse = saved.get(channels + c);
            float scale = inverse * scales.get(c);
            read(in, c, values);
            read(incoming, c, gradients);
            if (relu) {
                mask(gradients, values, mean, scale, shifts.get(c), count);
            }
            System.arraycopy(gradients, 0, products, 0, count);
            float sum = PairwiseSum.of(products, count, work);
            deviationProducts(gradients, values, mean, products, count);
            float dot = PairwiseSum.of(products, count, work);
            shiftGradients.put(c, sum);
            scaleGradients.put(c, dot * inverse);
            // dx = scale (dz - mean(dz) - (x - mean(x)) inverse^2 mean(dz (x - mean(x))))
            inputGradients(gradients, values, mean, scale, sum / count, dot * inverse * inverse / count, count);
            write(gradients, c, outgoing);
        }
    }

    private void read(FloatBuffer array, int channel, float[] block) {
        for (int i = 0; i < images; i++) {
            array.get((i * channels + channel) * plane, block, i * plane, plane);
        }
    }

    private void write(float[] block, int channel, FloatBuffer array) {
        for (int i = 0; i < images; i++) {
            array.put((i * channels + channel) * plane, block, i * plane, plane);
        }
    }

    private static void squaredDeviations(float[] x, float mean, float[] squares, int count) {
        for (int i = 0; i < count; i++) {
            float deviation = x[i] - mean;
            squares[i] = deviation * deviation;
        }
    }

    private static void scaleAndShift(float[] x, float mean, float scale, float shift, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = (x[i] - mean) * scale + shift;
        }
    }

    private static void rectify(float[] x, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(x[i], 0f);
        }
    }

    /** Sets the gradients to 0 where the output was not positive; by arithmetic, since a branch is not vectorised. */
    private static void mask(float[] gradients, float[] x, float mean, float scale, float shift, int count) {
        for (int i = 0; i < count; i++) {
            float y = (x[i] - mean) * scale + shift;
            gradients[i] *= Math.min(Math.max(y * HUGE, 0f), 1f);
        }
    }

    private static void deviationProducts(float[] gradients, float[] x, float mean, float[] products, int count) {
        for (int i = 0; i < count; i++) {
            products[i] = gradients[i] * (x[i] - mean);
        }
    }

    private static void inputGradients(float[] gradients, float[] x, float mean, float scale, float meanGradient,
            float slope, int count) {
        for (int i = 0; i < count; i++) {
            gradients[i] = scale * (gradients[i] - meanGradient - (x[i] - mean) * slope);
        }
    }
}
