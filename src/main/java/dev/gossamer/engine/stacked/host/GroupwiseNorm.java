package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.GroupNormSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A normalisation of each image by itself, over groups of neighbouring channels, of float arrays whose channels lie in
 * blocks. An image's values are read once and held in vectorised strips as those of {@link BatchNorm}. Sums are of
 * single precision within a place of a strip, which has few values, and double beyond.
 */
abstract class GroupwiseNorm {

    private static final int MOST_VALUES = 1024;

    /** Number of channels. */
    protected final int channels;

    /** Values of a strip: all channels of a block, for some pixels. */
    protected final int strip;

    /** Values of each parameter [c], in the operation's order. */
    protected final float[][] parameters;

    /** Gradients of each parameter [c], summed up over the images. */
    protected final double[][] gradients;

    /** Two sums for each group of an image, that its gradients need. */
    protected final double[][] sums;

    private final int images;
    private final int groups;
    private final int plane;
    private final int block;
    private final int blocks;
    private final int stripsOfBlock;
    private final List<Slice> slices;
    private final double[] means;
    private final double[] inverses;
    private final float[] gradient;

    /**
     * @param operation what is carried out
     * @param groups number of groups
     * @param block channels in a block; the last one may be padded with zeros
     */
    GroupwiseNorm(int images, Forward.Unary operation, int groups, int block) {
        this.images = images;
        this.groups = groups;
        this.block = block;
        Tensor x = operation.x();
        channels = x.channels();
        plane = x.height() * x.width();
        blocks = (channels + block - 1) / block;
        strip = block * BatchNorm.largestDivisor(plane, MOST_VALUES / block);
        stripsOfBlock = plane * block / strip;
        slices = operation.parameters();
        parameters = new float[slices.size()][channels];
        gradients = new double[slices.size()][channels];
        sums = new double[2][groups];
        means = new double[images * groups];
        inverses = new double[images * groups];
        gradient = new float[channels];
    }

    /** Working memory that these operations share, one after another. */
    static final class Scratch {
        final float[][] patterns = new float[5][MOST_VALUES];
        final float[][] lanes = new float[3][MOST_VALUES];
        float[][] values = new float[0][];
        float[][] gradients = new float[0][];
        /** What an operation keeps of each value from one pass over an image to the next. */
        float[][] others = new float[0][];

        private void fit(int strips) {
            values = fitted(values, strips);
            gradients = fitted(gradients, strips);
        }

        /** Makes room for as many others as there are values. */
        void fitOthers() {
            others = fitted(others, values.length);
        }

        private static float[][] fitted(float[][] held, int strips) {
            return held.length < strips ? new float[strips][MOST_VALUES] : held;
        }
    }

    /** Turns the values of block k of an image into results. */
    abstract void activate(int image, int k, Scratch scratch);

    /** Adds the part of block k of an image to the gradients of the parameters, and to the sums of its groups. */
    abstract void addSums(int image, int k, Scratch scratch);

    /** Turns the gradients of the results of block k of an image into those of its values. */
    abstract void inputGradients(int image, int k, Scratch scratch);

    /** y from x; the statistics are kept for the backward pass. */
    final void forward(Replica replica, FloatBuffer x, FloatBuffer y, Scratch scratch) {
        read(replica);
        scratch.fit(blocks * stripsOfBlock);
        for (int image = 0; image < images; image++) {
            read(x, image, scratch.values);
            statistics(image, scratch);
            for (int k = 0; k < blocks; k++) {
                activate(image, k, scratch);
            }
            write(scratch.values, image, y);
        }
    }

    /** dx and the replica's gradients from dy, with the statistics of the forward pass. */
    final void backward(Replica replica, FloatBuffer x, FloatBuffer dy, FloatBuffer dx, Scratch scratch) {
        read(replica);
        scratch.fit(blocks * stripsOfBlock);
        clear(gradients);
        for (int image = 0; image < images; image++) {
            read(x, image, scratch.values);
            read(dy, image, scratch.gradients);
            clear(sums);
            for (int k = 0; k < blocks; k++) {
                addSums(image, k, scratch);
            }
            for (int k = 0; k < blocks; k++) {
                inputGradients(image, k, scratch);
            }
            write(scratch.gradients, image, dx);
        }
        writeGradients(replica);
    }

    private void read(Replica replica) {
        for (int i = 0; i < parameters.length; i++) {
            replica.read(slices.get(i), parameters[i]);
        }
    }

    private void writeGradients(Replica replica) {
        for (int i = 0; i < gradients.length; i++) {
            for (int c = 0; c < channels; c++) {
                gradient[c] = (float) gradients[i][c];
            }
            replica.write(slices.get(i), gradient);
        }
    }

    private static void clear(double[][] arrays) {
        for (double[] array : arrays) {
            Arrays.fill(array, 0);
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

    /** The means first, as the variances are of deviations from them. */
    private void statistics(int image, Scratch scratch) {
        float[] lanes = scratch.lanes[0];
        float[] mean = scratch.patterns[0];
        double[] ofGroups = sums[0];
        Arrays.fill(ofGroups, 0);
        for (int k = 0; k < blocks; k++) {
            Arrays.fill(lanes, 0, strip, 0);
            for (int r = first(k); r < first(k + 1); r++) {
                BatchNorm.addTo(lanes, scratch.values[r], strip);
            }
            addToGroups(lanes, k, ofGroups);
        }
        for (int g = 0; g < groups; g++) {
            means[image * groups + g] = ofGroups[g] / count();
        }
        Arrays.fill(ofGroups, 0);
        for (int k = 0; k < blocks; k++) {
            means(image, k, mean);
            Arrays.fill(lanes, 0, strip, 0);
            for (int r = first(k); r < first(k + 1); r++) {
                BatchNorm.addSquares(lanes, scratch.values[r], mean, strip);
            }
            addToGroups(lanes, k, ofGroups);
        }
        for (int g = 0; g < groups; g++) {
            inverses[image * groups + g] = 1 / Math.sqrt(ofGroups[g] / count() + GroupNormSpec.EPSILON);
        }
    }

    private void addToGroups(float[] lanes, int k, double[] ofGroups) {
        for (int c = firstChannel(k); c < firstChannel(k + 1); c++) {
            ofGroups[group(c)] += sum(lanes, c - firstChannel(k));
        }
    }

    /** Sum of the lanes of a block's channel, counted from its first. */
    protected final double sum(float[] lanes, int channelOfBlock) {
        double sum = 0;
        for (int p = channelOfBlock; p < strip; p += block) {
            sum += lanes[p];
        }
        return sum;
    }

    /** The first strip of block k. */
    protected final int first(int k) {
        return k * stripsOfBlock;
    }

    /** The first channel of block k, or the number of channels where it would be padding. */
    protected final int firstChannel(int k) {
        return Math.min(channels, k * block);
    }

    /** The group of a channel. */
    protected final int group(int channel) {
        return channel / (channels / groups);
    }

    /** Values in a group of an image. */
    protected final double count() {
        return (double) channels / groups * plane;
    }

    /** Mean of a channel's group. */
    protected final double mean(int image, int channel) {
        return means[image * groups + group(channel)];
    }

    /** 1 / sqrt(variance + epsilon) of a channel's group. */
    protected final double inverse(int image, int channel) {
        return inverses[image * groups + group(channel)];
    }

    /** The pattern of the means of block k. */
    protected final void means(int image, int k, float[] pattern) {
        for (int c = firstChannel(k); c < firstChannel(k + 1); c++) {
            pattern[c - firstChannel(k)] = (float) mean(image, c);
        }
        repeat(k, pattern);
    }

    /** Repeats a pattern, of which the values for the channels of block k are set, over a strip; 0 in the padding. */
    protected final void repeat(int k, float[] pattern) {
        Arrays.fill(pattern, firstChannel(k + 1) - firstChannel(k), block, 0);
        for (int from = block; from < strip; from *= 2) {
            System.arraycopy(pattern, 0, pattern, from, Math.min(from, strip - from));
        }
    }
}
