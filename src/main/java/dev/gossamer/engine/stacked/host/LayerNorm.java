package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.model.GroupNormSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Layer norm of float arrays, see {@link dev.gossamer.model.LayerNormSpec}, whose channels lie in blocks without
 * padding: [b, c / block, h, w, block]. A strip has the values of a block of channels for all pixels of an image, so
 * that the sums over the channels of all pixels grow side by side, in vectorised loops.
 */
final class LayerNorm {

    private final int images;
    private final int channels;
    private final int plane;
    private final int block;
    private final int blocks;
    private final int strip;
    private final Slice gamma;
    private final Slice beta;
    private final float[] means;
    private final float[] inverses;
    private final float[] parameter;

    /** Working memory that layer norms share, one after another. */
    static final class Scratch {

        private float[][] values = new float[0][];
        private float[][] scales = new float[0][];
        private float[][] shifts = new float[0][];
        private float[][] gradients = new float[0][];
        private float[][] ofScales = new float[0][];
        private float[][] ofShifts = new float[0][];
        private float[] lanes = new float[0];
        private float[] others = new float[0];

        private void fit(int blocks, int strip) {
            values = fitted(values, blocks, strip);
            scales = fitted(scales, blocks, strip);
            shifts = fitted(shifts, blocks, strip);
            gradients = fitted(gradients, blocks, strip);
            ofScales = fitted(ofScales, blocks, strip);
            ofShifts = fitted(ofShifts, blocks, strip);
            lanes = lanes.length < strip ? new float[strip] : lanes;
            others = others.length < strip ? new float[strip] : others;
        }

        private static float[][] fitted(float[][] held, int blocks, int strip) {
            int length = held.length == 0 ? 0 : held[0].length;
            return held.length < blocks || length < strip
                    ? new float[Math.max(held.length, blocks)][Math.max(length, strip)] : held;
        }
    }

    /** @param block channels that lie side by side, a divisor of all */
    LayerNorm(int images, Forward.LayerNorm operation, int block) {
        this.images = images;
        this.block = block;
        channels = operation.x().channels();
        plane = operation.x().height() * operation.x().width();
        blocks = channels / block;
        strip = plane * block;
        gamma = operation.gamma();
        beta = operation.beta();
        means = new float[images * plane];
        inverses = new float[images * plane];
        parameter = new float[channels];
    }

    /** y from x; the statistics are kept for the backward pass. */
    void forward(Replica replica, FloatBuffer x, FloatBuffer y, Scratch scratch) {
        scratch.fit(blocks, strip);
        read(replica, gamma, scratch.scales);
        read(replica, beta, scratch.shifts);
        for (int image = 0; image < images; image++) {
            read(x, image, scratch.values);
            statistics(image, scratch);
            repeat(means, image, scratch.lanes);
            repeat(inverses, image, scratch.others);
            for (int k = 0; k < blocks; k++) {
                normalize(scratch.values[k], scratch.lanes, scratch.others, strip);
                scaleAndShift(scratch.values[k], scratch.scales[k], scratch.shifts[k], strip);
                y.put((image * blocks + k) * strip, scratch.values[k], 0, strip);
            }
        }
    }

    /** dx and the replica's gradients from dy, with the statistics of the forward pass. */
    void backward(Replica replica, FloatBuffer x, FloatBuffer dy, FloatBuffer dx, Scratch scratch) {
        scratch.fit(blocks, strip);
        read(replica, gamma, scratch.scales);
        for (int k = 0; k < blocks; k++) {
            Arrays.fill(scratch.ofScales[k], 0, strip, 0);
            Arrays.fill(scratch.ofShifts[k], 0, strip, 0);
        }
        for (int image = 0; image < images; image++) {
            read(x, image, scratch.values);
            read(dy, image, scratch.gradients);
            normalizeAgain(image, scratch);
            for (int k = 0; k < blocks; k++) {
                addProducts(scratch.ofScales[k], scratch.gradients[k], scratch.values[k], strip);
                BatchNorm.addTo(scratch.ofShifts[k], scratch.gradients[k], strip);
            }
            inputGradients(image, scratch);
            for (int k = 0; k < blocks; k++) {
                dx.put((image * blocks + k) * strip, scratch.gradients[k], 0, strip);
            }
        }
        write(replica, gamma, scratch.ofScales);
        write(replica, beta, scratch.ofShifts);
    }

    private void read(FloatBuffer array, int image, float[][] strips) {
        for (int k = 0; k < blocks; k++) {
            array.get((image * blocks + k) * strip, strips[k], 0, strip);
        }
    }

    private void read(Replica replica, Slice slice, float[][] patterns) {
        replica.read(slice, parameter);
        for (int k = 0; k < blocks; k++) {
            System.arraycopy(parameter, k * block, patterns[k], 0, block);
            for (int from = block; from < strip; from *= 2) {
                System.arraycopy(patterns[k], 0, patterns[k], from, Math.min(from, strip - from));
            }
        }
    }

    private void write(Replica replica, Slice slice, float[][] sums) {
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int p = c % block; p < strip; p += block) {
                sum += sums[c / block][p];
            }
            parameter[c] = (float) sum;
        }
        replica.write(slice, parameter);
    }

    /** The means first, as the variances are of deviations from them. */
    private void statistics(int image, Scratch scratch) {
        float[] lanes = scratch.lanes;
        Arrays.fill(lanes, 0, strip, 0);
        for (int k = 0; k < blocks; k++) {
            BatchNorm.addTo(lanes, scratch.values[k], strip);
        }
        for (int p = 0; p < plane; p++) {
            means[image * plane + p] = (float) (sum(lanes, p) / channels);
        }
        repeat(means, image, scratch.others);
        Arrays.fill(lanes, 0, strip, 0);
        for (int k = 0; k < blocks; k++) {
            BatchNorm.addSquares(lanes, scratch.values[k], scratch.others, strip);
        }
        for (int p = 0; p < plane; p++) {
            inverses[image * plane + p] = (float) (1 / Math.sqrt(sum(lanes, p) / channels + GroupNormSpec.EPSILON));
        }
    }

    /** Sum of a pixel's lanes. */
    private double sum(float[] lanes, int pixel) {
        double sum = 0;
        for (int i = 0; i < block; i++) {
            sum += lanes[pixel * block + i];
        }
        return sum;
    }

    /** A value for each pixel, in each of its lanes. */
    private void repeat(float[] ofPixels, int image, float[] lanes) {
        for (int p = 0; p < plane; p++) {
            Arrays.fill(lanes, p * block, (p + 1) * block, ofPixels[image * plane + p]);
        }
    }

    private void normalizeAgain(int image, Scratch scratch) {
        repeat(means, image, scratch.lanes);
        repeat(inverses, image, scratch.others);
        for (int k = 0; k < blocks; k++) {
            normalize(scratch.values[k], scratch.lanes, scratch.others, strip);
        }
    }

    /** dx = inverse (g - mean(g) - normalised mean(g normalised)) with g = gamma dy, means over a pixel's channels. */
    private void inputGradients(int image, Scratch scratch) {
        float[] offset = scratch.lanes;
        float[] slope = scratch.others;
        Arrays.fill(offset, 0, strip, 0);
        Arrays.fill(slope, 0, strip, 0);
        for (int k = 0; k < blocks; k++) {
            scale(scratch.gradients[k], scratch.scales[k], strip);
            BatchNorm.addTo(offset, scratch.gradients[k], strip);
            addProducts(slope, scratch.gradients[k], scratch.values[k], strip);
        }
        for (int p = 0; p < plane; p++) {
            Arrays.fill(offset, p * block, (p + 1) * block, (float) (sum(offset, p) / channels));
            Arrays.fill(slope, p * block, (p + 1) * block, (float) (sum(slope, p) / channels));
        }
        for (int k = 0; k < blocks; k++) {
            centre(scratch.gradients[k], scratch.values[k], offset, slope, strip);
        }
        repeat(inverses, image, offset);
        for (int k = 0; k < blocks; k++) {
            scale(scratch.gradients[k], offset, strip);
        }
    }

    private static void normalize(float[] x, float[] mean, float[] inverse, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = (x[i] - mean[i]) * inverse[i];
        }
    }

    private static void scaleAndShift(float[] x, float[] scale, float[] shift, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = x[i] * scale[i] + shift[i];
        }
    }

    private static void scale(float[] x, float[] scale, int count) {
        for (int i = 0; i < count; i++) {
            x[i] *= scale[i];
        }
    }

    private static void addProducts(float[] sums, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += a[i] * b[i];
        }
    }

    private static void centre(float[] g, float[] x, float[] offset, float[] slope, int count) {
        for (int i = 0; i < count; i++) {
            g[i] = g[i] - offset[i] - x[i] * slope[i];
        }
    }
}
