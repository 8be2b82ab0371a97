package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.model.EvoNormSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * EvoNorm-S0 of float arrays whose channels lie in blocks, image by image, in vectorised strips as those of {@link
 * BatchNorm}. Sums are of single precision within a place of a strip, which has few values, and double beyond.
 */
final class EvoNorm {

    private static final int MOST_VALUES = 1024;

    private final int images;
    private final int channels;
    private final int groups;
    private final int plane;
    private final int block;
    private final int blocks;
    private final int strip;
    private final int stripsOfBlock;
    private final Forward.EvoNorm operation;
    private final float[] gamma;
    private final float[] beta;
    private final float[] v;
    private final float[] gradient;
    private final double[] means;
    private final double[] inverses;
    /** Sums of the groups of an image. */
    private final double[] sums;
    /** Gradients of beta, gamma and v. */
    private final double[][] ofParameters;

    /**
     * @param block channels in a block; the last one may be padded with zeros
     */
    EvoNorm(int images, Forward.EvoNorm operation, int block) {
        this.images = images;
        this.operation = operation;
        this.block = block;
        groups = operation.groups();
        channels = operation.x().channels();
        plane = operation.x().height() * operation.x().width();
        blocks = (channels + block - 1) / block;
        strip = block * BatchNorm.largestDivisor(plane, MOST_VALUES / block);
        stripsOfBlock = plane * block / strip;
        means = new double[images * groups];
        inverses = new double[images * groups];
        sums = new double[groups];
        ofParameters = new double[3][channels];
        gamma = new float[channels];
        beta = new float[channels];
        v = new float[channels];
        gradient = new float[channels];
    }

    /** Working memory that these operations share, one after another. */
    static final class Scratch {
        private final float[] scale = new float[MOST_VALUES];
        private final float[] shift = new float[MOST_VALUES];
        private final float[] slope = new float[MOST_VALUES];
        private final float[] bend = new float[MOST_VALUES];
        private final float[][] lanes = new float[3][MOST_VALUES];
        private float[][] values = new float[0][];
        private float[][] gradients = new float[0][];
        private float[][] sigmoids = new float[0][];

        private void fit(int strips) {
            if (values.length < strips) {
                values = new float[strips][MOST_VALUES];
                gradients = new float[strips][MOST_VALUES];
                sigmoids = new float[strips][MOST_VALUES];
            }
        }
    }

    /** y from x; the statistics are kept for the backward pass. */
    void forward(Replica replica, FloatBuffer x, FloatBuffer y, Scratch scratch) {
        replica.read(operation.gamma(), gamma);
        replica.read(operation.beta(), beta);
        replica.read(operation.v(), v);
        scratch.fit(blocks * stripsOfBlock);
        for (int image = 0; image < images; image++) {
            read(x, image, scratch.values);
            statistics(image, scratch);
            for (int k = 0; k < blocks; k++) {
                for (int p = 0; p < strip; p++) {
                    int channel = k * block + p % block;
                    boolean padding = channel >= channels;
                    scratch.scale[p] = padding ? 0 : (float) (gamma[channel] * inverse(image, channel));
                    scratch.shift[p] = padding ? 0 : beta[channel];
                    scratch.bend[p] = padding ? 0 : v[channel];
                }
                for (int r = k * stripsOfBlock; r < (k + 1) * stripsOfBlock; r++) {
                    float[] values = scratch.values[r];
                    sigmoids(values, scratch.bend, scratch.sigmoids[r], strip);
                    activate(values, scratch.sigmoids[r], scratch.scale, scratch.shift, strip);
                }
            }
            write(scratch.values, image, y);
        }
    }

    private void read(FloatBuffer array, int image, float[][] strips) {
        for (int r = 0; r < blocks * stripsOfBlock; r++) {
            array.get((image * blocks * stripsOfBlock + r) * strip, strips[r], 0, strip);
        }
    }

    private void write(float[][] strips, int image, FloatBuffer array) {
        for (int r = 0; r < blocks * stripsOfBlock; r++) {
            array.put((image * blocks * stripsOfBlock + r) * strip, strips[r], 0, strip);
        }
    }

    private int group(int image, int channel) {
        return image * groups + channel / (channels / groups);
    }

    private double inverse(int image, int channel) {
        return inverses[group(image, channel)];
    }

    /** The means first, as the variances are of deviations from them. */
    private void statistics(int image, Scratch scratch) {
        double count = (double) channels / groups * plane;
        Arrays.fill(sums, 0);
        for (int k = 0; k < blocks; k++) {
            Arrays.fill(scratch.lanes[0], 0, strip, 0);
            for (int r = k * stripsOfBlock; r < (k + 1) * stripsOfBlock; r++) {
                BatchNorm.addTo(scratch.lanes[0], scratch.values[r], strip);
            }
            addLanes(scratch.lanes[0], k);
        }
        for (int g = 0; g < groups; g++) {
            means[image * groups + g] = sums[g] / count;
        }
        Arrays.fill(sums, 0);
        for (int k = 0; k < blocks; k++) {
            means(image, k, scratch.shift);
            Arrays.fill(scratch.lanes[0], 0, strip, 0);
            for (int r = k * stripsOfBlock; r < (k + 1) * stripsOfBlock; r++) {
                BatchNorm.addSquares(scratch.lanes[0], scratch.values[r], scratch.shift, strip);
            }
            addLanes(scratch.lanes[0], k);
        }
        for (int g = 0; g < groups; g++) {
            inverses[image * groups + g] = 1 / Math.sqrt(sums[g] / count + EvoNormSpec.EPSILON);
        }
    }

    /** Adds the lanes of a block to the sums of its groups. */
    private void addLanes(float[] lanes, int k) {
        for (int p = 0; p < strip; p++) {
            int channel = k * block + p % block;
            if (channel < channels) {
                sums[channel / (channels / groups)] += lanes[p];
            }
        }
    }

    /** The pattern of the means of a block's groups. */
    private void means(int image, int k, float[] pattern) {
        for (int p = 0; p < strip; p++) {
            int channel = k * block + p % block;
            pattern[p] = channel < channels ? (float) means[group(image, channel)] : 0;
        }
    }

    /** dx and the replica's gradients from dy, with the statistics of the forward pass. */
    void backward(Replica replica, FloatBuffer x, FloatBuffer dy, FloatBuffer dx, Scratch scratch) {
        replica.read(operation.gamma(), gamma);
        replica.read(operation.v(), v);
        scratch.fit(blocks * stripsOfBlock);
        for (double[] gradients : ofParameters) {
            Arrays.fill(gradients, 0);
        }
        for (int image = 0; image < images; image++) {
            read(x, image, scratch.values);
            read(dy, image, scratch.gradients);
            Arrays.fill(sums, 0);
            for (int k = 0; k < blocks; k++) {
                addSums(image, k, scratch);
            }
            for (int k = 0; k < blocks; k++) {
                inputGradients(image, k, scratch);
            }
            write(scratch.gradients, image, dx);
        }
        write(ofParameters[0], replica, operation.beta());
        write(ofParameters[1], replica, operation.gamma());
        write(ofParameters[2], replica, operation.v());
    }

    private void write(double[] values, Replica replica, Slice slice) {
        for (int c = 0; c < channels; c++) {
            gradient[c] = (float) values[c];
        }
        replica.write(slice, gradient);
    }

    /** Adds an image's part to the gradients of beta, gamma and v, and to that of 1 / deviation of each group. */
    private void addSums(int image, int k, Scratch scratch) {
        for (int p = 0; p < strip; p++) {
            int channel = k * block + p % block;
            scratch.bend[p] = channel < channels ? v[channel] : 0;
        }
        for (float[] lanes : scratch.lanes) {
            Arrays.fill(lanes, 0, strip, 0);
        }
        for (int r = k * stripsOfBlock; r < (k + 1) * stripsOfBlock; r++) {
            sigmoids(scratch.values[r], scratch.bend, scratch.sigmoids[r], strip);
            BatchNorm.addTo(scratch.lanes[0], scratch.gradients[r], strip);
            addProducts(scratch.lanes[1], scratch.lanes[2], scratch.gradients[r], scratch.values[r],
                    scratch.sigmoids[r], strip);
        }
        for (int p = 0; p < strip; p++) {
            int channel = k * block + p % block;
            if (channel < channels) {
                double inverse = inverse(image, channel);
                ofParameters[0][channel] += scratch.lanes[0][p];
                ofParameters[1][channel] += scratch.lanes[1][p] * inverse;
                ofParameters[2][channel] += scratch.lanes[2][p] * inverse * gamma[channel];
                sums[channel / (channels / groups)] += (double) scratch.lanes[1][p] * gamma[channel];
            }
        }
    }

    private void inputGradients(int image, int k, Scratch scratch) {
        double count = (double) channels / groups * plane;
        means(image, k, scratch.shift);
        for (int p = 0; p < strip; p++) {
            int channel = k * block + p % block;
            boolean padding = channel >= channels;
            double inverse = padding ? 0 : inverse(image, channel);
            double sum = padding ? 0 : sums[channel / (channels / groups)];
            scratch.bend[p] = padding ? 0 : v[channel];
            scratch.scale[p] = padding ? 0 : (float) (gamma[channel] * inverse);
            scratch.slope[p] = (float) (sum * inverse * inverse * inverse / count);
        }
        for (int r = k * stripsOfBlock; r < (k + 1) * stripsOfBlock; r++) {
            inputGradients(scratch.gradients[r], scratch.values[r], scratch.sigmoids[r], scratch.bend, scratch.scale,
                    scratch.shift, scratch.slope, strip);
        }
    }

    /**
     * s = sigmoid(v x), within 1.3e-7: 1/2 + h / (1 + h^2) with h = p / q = tanh(v x / 4) by Lambert's continued
     * fraction up to the ninth power, with no division but one and no branch, so that the loop is vectorised.
     */
    static void sigmoids(float[] x, float[] v, float[] s, int count) {
        for (int i = 0; i < count; i++) {
            float u = Math.max(-4.25f, Math.min(4.25f, 0.25f * v[i] * x[i]));
            float w = u * u;
            float p = u * ((((w + 990) * w + 135135) * w + 4729725) * w + 34459425);
            float q = (((45 * w + 13860) * w + 945945) * w + 16216200) * w + 34459425;
            s[i] = 0.5f + p * q / (p * p + q * q);
        }
    }

    private static void activate(float[] x, float[] s, float[] scale, float[] shift, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = x[i] * s[i] * scale[i] + shift[i];
        }
    }

    private static void addProducts(float[] ofSwish, float[] ofSlope, float[] g, float[] x, float[] s, int count) {
        for (int i = 0; i < count; i++) {
            float product = g[i] * x[i] * s[i];
            ofSwish[i] += product;
            ofSlope[i] += product * x[i] * (1 - s[i]);
        }
    }

    private static void inputGradients(float[] g, float[] x, float[] s, float[] v, float[] scale, float[] mean,
            float[] slope, int count) {
        for (int i = 0; i < count; i++) {
            float bend = s[i] + v[i] * x[i] * s[i] * (1 - s[i]);
            g[i] = g[i] * scale[i] * bend - (x[i] - mean[i]) * slope[i];
        }
    }
}
