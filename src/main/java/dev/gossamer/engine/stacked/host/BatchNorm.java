package dev.gossamer.engine.stacked.host;

import dev.gossamer.model.BatchNormSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Batch norm of float arrays whose channels lie in blocks: [b, c / block, h, w, block], [b, c, h, w] where a block is
 * one channel. oneDNN's own adds up in single precision, one pixel after another, which costs two digits of the
 * gradients; here a value is added to at most b others before sums go on in double precision. Loops are over
 * {@code float[]}, which the compiler vectorises.
 *
 * <p>Ioffe and Szegedy, "Batch normalization", 2015, algorithm 1, with the statistics of the batch.
 */
final class BatchNorm {

    /** Any float above 1e-38 times this is at least 1. */
    private static final float HUGE = 3e38f;
    private static final int MOST_PIXELS = 64;

    private final int images;
    private final int channels;
    private final int plane;
    private final int block;
    private final int blocks;
    private final int length;
    private final int period;
    private final boolean relu;
    private final float[] means;
    private final float[] inverses;
    private final float[] mean;
    private final float[] scale;
    private final float[] shift;
    private final float[] offset;
    private final float[] slope;
    private final double[] sums;
    private final double[] products;

    /**
     * @param plane pixels of a channel
     * @param block channels in a block; the last one may be padded with zeros
     * @param relu whether a ReLU follows
     */
    BatchNorm(int images, int channels, int plane, int block, boolean relu) {
        this.images = images;
        this.channels = channels;
        this.plane = plane;
        this.block = block;
        this.relu = relu;
        blocks = (channels + block - 1) / block;
        length = plane * block;
        period = block * largestDivisor(plane);
        means = new float[blocks * block];
        inverses = new float[blocks * block];
        mean = new float[period];
        scale = new float[period];
        shift = new float[period];
        offset = new float[period];
        slope = new float[period];
        sums = new double[block];
        products = new double[block];
    }

    private static int largestDivisor(int plane) {
        int divisor = Math.min(plane, MOST_PIXELS);
        while (plane % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    /** Working memory that batch norms share, one after another. */
    static final class Scratch {
        private float[][] values = new float[0][0];
        private float[][] gradients = new float[0][0];
        private float[] lanes = new float[0];

        private void fit(int images, int length) {
            if (values.length < images || values[0].length < length) {
                values = new float[images][length];
                gradients = new float[images][length];
                lanes = new float[length];
            }
        }
    }

    /** y from x; the statistics are kept for the backward pass. */
    void forward(FloatBuffer x, FloatBuffer gamma, FloatBuffer beta, FloatBuffer y, Scratch scratch) {
        scratch.fit(images, length);
        for (int k = 0; k < blocks; k++) {
            read(x, k, scratch.values);
            statistics(scratch, k);
            coefficients(k, gamma, beta);
            for (int i = 0; i < images; i++) {
                for (int from = 0; from < length; from += period) {
                    affine(scratch.values[i], from, mean, scale, shift, relu ? 0 : Float.NEGATIVE_INFINITY, period);
                }
            }
            write(scratch.values, k, y);
        }
    }

    private void read(FloatBuffer array, int k, float[][] rows) {
        for (int i = 0; i < images; i++) {
            array.get((i * blocks + k) * length, rows[i], 0, length);
        }
    }

    private void write(float[][] rows, int k, FloatBuffer array) {
        for (int i = 0; i < images; i++) {
            array.put((i * blocks + k) * length, rows[i], 0, length);
        }
    }

    private void statistics(Scratch scratch, int k) {
        double count = (double) images * plane;
        Arrays.fill(scratch.lanes, 0, length, 0);
        for (int i = 0; i < images; i++) {
            addTo(scratch.lanes, scratch.values[i], length);
        }
        sumLanes(scratch.lanes, sums);
        for (int c = 0; c < block; c++) {
            means[k * block + c] = (float) (sums[c] / count);
        }
        repeat(means, k, mean);
        Arrays.fill(scratch.lanes, 0, length, 0);
        for (int i = 0; i < images; i++) {
            for (int from = 0; from < length; from += period) {
                addSquares(scratch.lanes, scratch.values[i], from, mean, period);
            }
        }
        sumLanes(scratch.lanes, sums);
        for (int c = 0; c < block; c++) {
            inverses[k * block + c] = (float) (1 / Math.sqrt(sums[c] / count + BatchNormSpec.EPSILON));
        }
    }

    /** Sums of the values of each channel. */
    private void sumLanes(float[] lanes, double[] result) {
        Arrays.fill(result, 0);
        for (int from = 0; from < length; from += block) {
            for (int c = 0; c < block; c++) {
                result[c] += lanes[from + c];
            }
        }
    }

    private void repeat(float[] values, int k, float[] pattern) {
        for (int p = 0; p < period; p++) {
            pattern[p] = values[k * block + p % block];
        }
    }

    /** Patterns for {@code (x - mean) scale + shift}; 0 in the padding. */
    private void coefficients(int k, FloatBuffer gamma, FloatBuffer beta) {
        repeat(means, k, mean);
        for (int p = 0; p < period; p++) {
            int channel = k * block + p % block;
            scale[p] = channel < channels ? inverses[channel] * gamma.get(channel) : 0;
            shift[p] = channel < channels ? beta.get(channel) : 0;
        }
    }

    /** dx, dgamma and dbeta from dy, with the statistics of the forward pass. */
    void backward(FloatBuffer x, FloatBuffer gamma, FloatBuffer beta, FloatBuffer dy, FloatBuffer dx, FloatBuffer dgamma,
            FloatBuffer dbeta, Scratch scratch) {
        scratch.fit(images, length);
        for (int k = 0; k < blocks; k++) {
            read(x, k, scratch.values);
            read(dy, k, scratch.gradients);
            coefficients(k, gamma, beta);
            throughRelu(scratch);
            parameterGradients(scratch, k, dgamma, dbeta);
            for (int i = 0; i < images; i++) {
                for (int from = 0; from < length; from += period) {
                    inputGradients(
                            scratch.gradients[i], scratch.values[i], from, mean, scale, offset, slope, period);
                }
            }
            write(scratch.gradients, k, dx);
        }
    }

    private void throughRelu(Scratch scratch) {
        for (int i = 0; relu && i < images; i++) {
            for (int from = 0; from < length; from += period) {
                mask(scratch.gradients[i], scratch.values[i], from, mean, scale, shift, period);
            }
        }
    }

    /** Also sets the patterns of dx = scale (dz - mean(dz) - (x - mean(x)) inverse^2 mean(dz (x - mean(x)))). */
    private void parameterGradients(Scratch scratch, int k, FloatBuffer dgamma, FloatBuffer dbeta) {
        Arrays.fill(scratch.lanes, 0, length, 0);
        for (int i = 0; i < images; i++) {
            addTo(scratch.lanes, scratch.gradients[i], length);
        }
        sumLanes(scratch.lanes, sums);
        Arrays.fill(scratch.lanes, 0, length, 0);
        for (int i = 0; i < images; i++) {
            for (int from = 0; from < length; from += period) {
                addProducts(scratch.lanes, scratch.gradients[i], scratch.values[i], from, mean, period);
            }
        }
        sumLanes(scratch.lanes, products);
        double count = (double) images * plane;
        for (int p = 0; p < period; p++) {
            int c = p % block;
            double inverse = inverses[k * block + c];
            offset[p] = (float) (sums[c] / count);
            slope[p] = (float) (products[c] * inverse * inverse / count);
        }
        for (int c = 0; c < block && k * block + c < channels; c++) {
            dbeta.put(k * block + c, (float) sums[c]);
            dgamma.put(k * block + c, (float) (products[c] * inverses[k * block + c]));
        }
    }

    private static void affine(
            float[] x, int from, float[] mean, float[] scale, float[] shift, float least, int count) {
        for (int p = 0; p < count; p++) {
            x[from + p] = Math.max((x[from + p] - mean[p]) * scale[p] + shift[p], least);
        }
    }

    private static void addTo(float[] lanes, float[] x, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] += x[i];
        }
    }

    private static void addSquares(float[] lanes, float[] x, int from, float[] mean, int count) {
        for (int p = 0; p < count; p++) {
            float deviation = x[from + p] - mean[p];
            lanes[from + p] += deviation * deviation;
        }
    }

    private static void addProducts(float[] lanes, float[] g, float[] x, int from, float[] mean, int count) {
        for (int p = 0; p < count; p++) {
            lanes[from + p] += g[from + p] * (x[from + p] - mean[p]);
        }
    }

    private static void mask(float[] g, float[] x, int from, float[] mean, float[] scale, float[] shift, int count) {
        for (int p = 0; p < count; p++) {
            float output = Math.max((x[from + p] - mean[p]) * scale[p] + shift[p], 0f);
            g[from + p] *= Math.min(output * HUGE, 1f);
        }
    }

    private static void inputGradients(float[] g, float[] x, int from, float[] mean, float[] scale, float[] offset,
            float[] slope, int count) {
        for (int p = 0; p < count; p++) {
            g[from + p] = scale[p] * (g[from + p] - offset[p] - (x[from + p] - mean[p]) * slope[p]);
        }
    }
}
