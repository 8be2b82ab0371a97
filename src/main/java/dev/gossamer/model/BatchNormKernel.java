package dev.gossamer.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation of float arrays in host memory, one channel at a time. A channel's pixels are held in rows of one
 * or a few images, long enough for vectorised loops.
 */
final class BatchNormKernel {

    private static final int ROW = 256;

    private final int channels;
    private final int images;
    private final int plane;
    private final int imagesPerRow;
    private final int rows;
    private final int count;
    private final float[][] values;
    private final float[][] gradients;
    private final float[] lanes;

    /** @param x any array of the shape [b, c, h, w] to work on */
    BatchNormKernel(INDArray x) {
        images = (int) x.size(0);
        channels = (int) x.size(1);
        plane = Math.toIntExact(x.size(2) * x.size(3));
        imagesPerRow = Math.min(images, Math.max(1, ROW / plane));
        rows = (images + imagesPerRow - 1) / imagesPerRow;
        count = images * plane;
        HostMemory memory = HostMemory.ofThread();
        values = memory.rows(0, rows, imagesPerRow * plane);
        gradients = memory.rows(1, rows, imagesPerRow * plane);
        lanes = memory.heap(0, imagesPerRow * plane);
    }

    void forward(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray y) {
        FloatBuffer in = HostMemory.buffer(x);
        FloatBuffer out = HostMemory.buffer(y);
        FloatBuffer scales = HostMemory.buffer(gamma);
        FloatBuffer shifts = HostMemory.buffer(beta);
        FloatBuffer saved = HostMemory.buffer(statistics);
        for (int c = 0; c < channels; c++) {
            read(in, c, values);
            float mean = (float) (sum(values) / count);
            double variance = squaredDeviation(mean) / count;
            float inverse = (float) (1 / Math.sqrt(variance + BatchNormSpec.EPSILON));
            saved.put(c, mean).put(channels + c, inverse);
            for (int row = 0; row < rows; row++) {
                FloatBlock.affine(values[row], mean, inverse * scales.get(c), shifts.get(c), length(row));
                if (relu) {
                    FloatBlock.rectify(values[row], length(row));
                }
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
                mask(mean, scale, shifts.get(c));
            }
            double sum = sum(gradients);
            double dot = deviationProduct(mean);
            shiftGradients.put(c, (float) sum);
            scaleGradients.put(c, (float) (dot * inverse));
            // dx = scale (dz - mean(dz) - (x - mean(x)) inverse^2 mean(dz (x - mean(x))))
            inputGradients(mean, scale, (float) (sum / count), (float) (dot * inverse * inverse / count));
            write(gradients, c, outgoing);
        }
    }

    private void read(FloatBuffer array, int channel, float[][] block) {
        for (int i = 0; i < images; i++) {
            array.get((i * channels + channel) * plane, block[i / imagesPerRow], i % imagesPerRow * plane, plane);
        }
    }

    private void write(float[][] block, int channel, FloatBuffer array) {
        for (int i = 0; i < images; i++) {
            array.put((i * channels + channel) * plane, block[i / imagesPerRow], i % imagesPerRow * plane, plane);
        }
    }

    /** Values in a row: the last one may hold fewer images. */
    private int length(int row) {
        return Math.min(imagesPerRow, images - row * imagesPerRow) * plane;
    }

    private double sum(float[][] block) {
        clearLanes();
        for (int row = 0; row < rows; row++) {
            FloatBlock.addTo(lanes, block[row], length(row));
        }
        return sumOfLanes();
    }

    private double squaredDeviation(float mean) {
        clearLanes();
        for (int row = 0; row < rows; row++) {
            FloatBlock.addSquaredDeviations(lanes, values[row], mean, length(row));
        }
        return sumOfLanes();
    }

    private double deviationProduct(float mean) {
        clearLanes();
        for (int row = 0; row < rows; row++) {
            FloatBlock.addDeviationProducts(lanes, gradients[row], values[row], mean, length(row));
        }
        return sumOfLanes();
    }

    private void clearLanes() {
        Arrays.fill(lanes, 0, length(0), 0);
    }

    private double sumOfLanes() {
        return FloatBlock.sum(lanes, 0, length(0));
    }

    private void mask(float mean, float scale, float shift) {
        for (int row = 0; row < rows; row++) {
            FloatBlock.maskAffine(gradients[row], values[row], mean, scale, shift, length(row));
        }
    }

    private void inputGradients(float mean, float scale, float meanGradient, float slope) {
        for (int row = 0; row < rows; row++) {
            inputGradients(gradients[row], values[row], mean, scale, meanGradient, slope, length(row));
        }
    }

    private static void inputGradients(
            float[] g, float[] x, float mean, float scale, float meanGradient, float slope, int count) {
        for (int i = 0; i < count; i++) {
            g[i] = scale * (g[i] - meanGradient - (x[i] - mean) * slope);
        }
    }
}
