package dev.gossamer.engine.stacked.host;

import dev.gossamer.model.BatchNormSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Batch norm of float arrays whose channels lie in blocks: [b, c / block, h, w, block], [b, c, h, w] where a block is
 * one channel. oneDNN's own adds up in single precision, one pixel after another, which costs two digits of the
 * gradients; here each place of a strip of up to 1,024 values has such a sum of its own, and these are added in double
 * precision. Values are held in strips of a few kB, and loops are over {@code float[]} with one index for all arrays,
 * which the compiler vectorises.
 *
 * <p>Ioffe and Szegedy, "Batch normalization", 2015, algorithm 1, with the statistics of the batch.
 */
final class BatchNorm {

    /** Any float above 1e-38 times this is at least 1. */
    private static final float HUGE = 3e38f;
    private static final int MOST_VALUES = 1024;

    /** Strips of an array that are held: 8 MiB. */
    private static final int MOST_STRIPS = 2048;

    private final int images;
    private final int channels;
    private final int plane;
    private final int block;
    private final int blocks;
    private final int length;
    private final int strip;
    private final int stripsOfImage;
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
        strip = block * largestDivisor(plane, MOST_VALUES / block);
        stripsOfImage = length / strip;
        means = new float[blocks * block];
        inverses = new float[blocks * block];
        mean = new float[strip];
        scale = new float[strip];
        shift = new float[strip];
        offset = new float[strip];
        slope = new float[strip];
        sums = new double[block];
        products = new double[block];
    }

    static int largestDivisor(int number, int most) {
        int divisor = Math.min(number, most);
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    /** Working memory that batch norms share, one after another. */
    static final class Scratch {
        private final float[] lanes = new float[MOST_VALUES];
        private final float[] products = new float[MOST_VALUES];
        private final Strips values = new Strips();
        private final Strips gradients = new Strips();
    }

    /** Strips that are held from one pass to the next; those of very large batches are read anew. */
    private static final class Strips {
        private float[][] held = new float[0][];

        private void fit(int count) {
            int wanted = Math.min(count, MOST_STRIPS);
            if (held.length < wanted) {
                held = new float[wanted][MOST_VALUES];
            }
        }

        private boolean isHeld(int r) {
            return r < held.length - 1;
        }

        private float[] at(int r) {
            return held[Math.min(r, held.length - 1)];
        }
    }

    /** y from x; the statistics are kept for the backward pass. */
    void forward(FloatBuffer x, float[] gamma, float[] beta, FloatBuffer y, Scratch scratch) {
        scratch.values.fit(images * stripsOfImage);
        for (int k = 0; k < blocks; k++) {
            statistics(x, scratch, k);
            coefficients(k, gamma, beta);
            for (int r = 0; r < images * stripsOfImage; r++) {
                float[] values = again(x, scratch.values, k, r);
                affine(values, mean, scale, shift, relu ? 0 : Float.NEGATIVE_INFINITY, strip);
                y.put(start(k, r), values, 0, strip);
            }
        }
    }

    /** A strip, read for the first time. */
    private float[] read(FloatBuffer array, Strips strips, int k, int r) {
        float[] values = strips.at(r);
        array.get(start(k, r), values, 0, strip);
        return values;
    }

    /** A strip that was read in an earlier pass. */
    private float[] again(FloatBuffer array, Strips strips, int k, int r) {
        return strips.isHeld(r) ? strips.at(r) : read(array, strips, k, r);
    }

    /** Index of the first value of strip r of block k. */
    private int start(int k, int r) {
        return (r / stripsOfImage * blocks + k) * length + r % stripsOfImage * strip;
    }

    private void statistics(FloatBuffer x, Scratch scratch, int k) {
        double count = (double) images * plane;
        Arrays.fill(scratch.lanes, 0, strip, 0);
        for (int r = 0; r < images * stripsOfImage; r++) {
            addTo(scratch.lanes, read(x, scratch.values, k, r), strip);
        }
        sumLanes(scratch.lanes, sums);
        for (int c = 0; c < block; c++) {
            means[k * block + c] = (float) (sums[c] / count);
        }
        repeat(means, k, mean);
        Arrays.fill(scratch.lanes, 0, strip, 0);
        for (int r = 0; r < images * stripsOfImage; r++) {
            addSquares(scratch.lanes, again(x, scratch.values, k, r), mean, strip);
        }
        sumLanes(scratch.lanes, sums);
        for (int c = 0; c < block; c++) {
            inverses[k * block + c] = (float) (1 / Math.sqrt(sums[c] / count + BatchNormSpec.EPSILON));
        }
    }

    private void sumLanes(float[] lanes, double[] result) {
        Arrays.fill(result, 0);
        for (int from = 0; from < strip; from += block) {
            for (int c = 0; c < block; c++) {
                result[c] += lanes[from + c];
            }
        }
    }

    private void repeat(float[] values, int k, float[] pattern) {
        for (int p = 0; p < strip; p++) {
            pattern[p] = values[k * block + p % block];
        }
    }

    /** Patterns for {@code (x - mean) scale + shift}; 0 in the padding. */
    private void coefficients(int k, float[] gamma, float[] beta) {
        repeat(means, k, mean);
        for (int p = 0; p < strip; p++) {
            int channel = k * block + p % block;
            scale[p] = channel < channels ? inverses[channel] * gamma[channel] : 0;
            shift[p] = channel < channels ? beta[channel] : 0;
        }
    }

    /** dx, dgamma and dbeta from dy, with the statistics of the forward pass. */
    void backward(FloatBuffer x, float[] gamma, float[] beta, FloatBuffer dy, FloatBuffer dx, float[] dgamma,
            float[] dbeta, Scratch scratch) {
        scratch.values.fit(images * stripsOfImage);
        scratch.gradients.fit(images * stripsOfImage);
        for (int k = 0; k < blocks; k++) {
            coefficients(k, gamma, beta);
            parameterGradients(x, dy, scratch, k, dgamma, dbeta);
            for (int r = 0; r < images * stripsOfImage; r++) {
                float[] values = again(x, scratch.values, k, r);
                float[] gradients = scratch.gradients.isHeld(r)
                        ? scratch.gradients.at(r)
                        : readGradients(dy, scratch.gradients, k, r, values);
                inputGradients(gradients, values, mean, scale, offset, slope, strip);
                dx.put(start(k, r), gradients, 0, strip);
            }
        }
    }

    /** A strip of gradients, through the ReLU. */
    private float[] readGradients(FloatBuffer dy, Strips strips, int k, int r, float[] values) {
        float[] gradients = read(dy, strips, k, r);
        if (relu) {
            mask(gradients, values, mean, scale, shift, strip);
        }
        return gradients;
    }

    /** Also sets the patterns of dx = scale (dz - mean(dz) - (x - mean(x)) inverse^2 mean(dz (x - mean(x)))). */
    private void parameterGradients(
            FloatBuffer x, FloatBuffer dy, Scratch scratch, int k, float[] dgamma, float[] dbeta) {
        Arrays.fill(scratch.lanes, 0, strip, 0);
        Arrays.fill(scratch.products, 0, strip, 0);
        for (int r = 0; r < images * stripsOfImage; r++) {
            float[] values = read(x, scratch.values, k, r);
            float[] gradients = readGradients(dy, scratch.gradients, k, r, values);
            addTo(scratch.lanes, gradients, strip);
            addProducts(scratch.products, gradients, values, mean, strip);
        }
        sumLanes(scratch.lanes, sums);
        sumLanes(scratch.products, products);
        double count = (double) images * plane;
        for (int p = 0; p < strip; p++) {
            int c = p % block;
            double inverse = inverses[k * block + c];
            offset[p] = (float) (sums[c] / count);
            slope[p] = (float) (products[c] * inverse * inverse / count);
        }
        for (int c = 0; c < block && k * block + c < channels; c++) {
            dbeta[k * block + c] = (float) sums[c];
            dgamma[k * block + c] = (float) (products[c] * inverses[k * block + c]);
        }
    }

    static void affine(float[] x, float[] mean, float[] scale, float[] shift, float least, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max((x[i] - mean[i]) * scale[i] + shift[i], least);
        }
    }

    static void addTo(float[] lanes, float[] x, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] += x[i];
        }
    }

    static void addSquares(float[] lanes, float[] x, float[] mean, int count) {
        for (int i = 0; i < count; i++) {
            float deviation = x[i] - mean[i];
            lanes[i] += deviation * deviation;
        }
    }

    static void addProducts(float[] lanes, float[] g, float[] x, float[] mean, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] += g[i] * (x[i] - mean[i]);
        }
    }

    static void mask(float[] g, float[] x, float[] mean, float[] scale, float[] shift, int count) {
        for (int i = 0; i < count; i++) {
            float output = Math.max((x[i] - mean[i]) * scale[i] + shift[i], 0f);
            g[i] *= Math.min(output * HUGE, 1f);
        }
    }

    private static void inputGradients(
            float[] g, float[] x, float[] mean, float[] scale, float[] offset, float[] slope, int count) {
        for (int i = 0; i < count; i++) {
            g[i] = scale[i] * (g[i] - offset[i] - (x[i] - mean[i]) * slope[i]);
        }
    }
}
