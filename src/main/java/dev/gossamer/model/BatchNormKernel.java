package dev.gossamer.model;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation of float arrays in host memory, one channel at a time. */
final class BatchNormKernel {

    private final int channels;
    private final int images;
    private final int plane;
    private final int count;
    private final float[] values;
    private final float[] gradients;

    /** @param x any array of the shape [b, c, h, w] to work on */
    BatchNormKernel(INDArray x) {
        images = (int) x.size(0);
        channels = (int) x.size(1);
        plane = Math.toIntExact(x.size(2) * x.size(3));
        count = images * plane;
        HostMemory memory = HostMemory.ofThread();
        values = memory.heap(0, count);
        gradients = memory.heap(1, count);
    }

    void forward(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray y) {
        FloatBuffer in = HostMemory.buffer(x);
        FloatBuffer out = HostMemory.buffer(y);
        FloatBuffer scales = HostMemory.buffer(gamma);
        FloatBuffer shifts = HostMemory.buffer(beta);
        FloatBuffer saved = HostMemory.buffer(statistics);
        for (int c = 0; c < channels; c++) {
            read(in, c, values);
            float mean = (float) (FloatBlock.sum(values, 0, count) / count);
            double variance = FloatBlock.squaredDeviation(values, mean, count) / count;
            float inverse = (float) (1 / Math.sqrt(variance + BatchNormSpec.EPSILON));
            saved.put(c, mean).put(channels + c, inverse);
            FloatBlock.affine(values, mean, inverse * scales.get(c), shifts.get(c), count);
            if (relu) {
                FloatBlock.rectify(values, count);
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
                FloatBlock.maskAffine(gradients, values, mean, scale, shifts.get(c), count);
            }
            float sum = (float) FloatBlock.sum(gradients, 0, count);
            float dot = (float) FloatBlock.deviationProduct(gradients, values, mean, count);
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

    private static void inputGradients(float[] gradients, float[] x, float mean, float scale, float meanGradient,
            float slope, int count) {
        for (int i = 0; i < count; i++) {
            gradients[i] = scale * (gradients[i] - meanGradient - (x[i] - mean) * slope);
        }
    }
}
