package dev.gossamer.engine.stacked.host;

import dev.gossamer.model.BatchNormSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/**
 * Batch norm by oneDNN of arrays whose channels lie in full blocks, [b, c / block, h, w, block]. oneDNN adds up in
 * single precision, one pixel after another, which costs two digits of the gradients. So it is shown another array in
 * the same place: one image, in which up to 256 pixels of a channel of an image are a channel of their own, a piece.
 * The means, variances and sums of pieces are put together in double precision, and given back to it for all pieces of
 * a channel alike.
 *
 * <p>Ioffe and Szegedy, "Batch normalization", 2015, algorithm 1, with the statistics of the batch.
 */
final class OneDnnBatchNorm {

    private static final int MOST_PIXELS = 256;
    private static final int MOST_VALUES = 1024;

    /** Arrays that lie one after another begin at the same place of a cache line. */
    private static final int ALIGNED_ALIKE = MOST_VALUES + 12;

    private final OneDnnMemory memory;
    private final int images;
    private final int channels;
    private final int plane;
    private final int block;
    private final boolean training;
    private final int flags;
    private final int pieces;
    private final memory.desc view;
    private final Statistic mean;
    private final Statistic variance;
    private final Statistic scale;
    private final Statistic shift;
    /** Channel of each number of a statistic. */
    private final int[] channelOf;
    private final double[] means;
    private final double[] variances;
    private final double[] sums;
    private batch_normalization_forward.primitive_desc forward;
    private memory passed;
    private OneDnnKernel.Call ofPieces;
    private OneDnnKernel.Call normalize;
    private OneDnnKernel.Call ofOutput;
    private Supplier<FloatBuffer> x;
    private Supplier<FloatBuffer> dx;
    private Statistic scaleGradient;
    private Statistic shiftGradient;

    /** A number for each piece: [b, c / block, pieces, block]. */
    private static final class Statistic {
        final memory memory;
        final Supplier<FloatBuffer> place;
        final float[] values;

        Statistic(OneDnnMemory memory, int count) {
            this.memory = memory.kept(OneDnnMemory.packed(count));
            place = OneDnnMemory.values(this.memory);
            values = new float[count];
        }

        void read() {
            place.get().get(0, values);
        }

        void write() {
            place.get().put(0, values);
        }
    }

    /** Working memory that batch norms share, one after another. */
    static final class Scratch {
        private final float[] values = new float[ALIGNED_ALIKE];
        private final float[] gradients = new float[ALIGNED_ALIKE];
        private final float[] mean = new float[ALIGNED_ALIKE];
        private final float[] slope = new float[ALIGNED_ALIKE];
        private final float[] offset = new float[ALIGNED_ALIKE];
    }

    /**
     * @param plane pixels of a channel
     * @param block channels in a block, of which channels is a multiple
     * @param relu whether a ReLU follows
     * @param training whether a backward pass follows
     */
    OneDnnBatchNorm(OneDnnMemory memory, int images, int channels, int plane, int block, boolean relu,
            boolean training) {
        this.memory = memory;
        this.images = images;
        this.channels = channels;
        this.plane = plane;
        this.block = block;
        this.training = training;
        int pixels = BatchNorm.largestDivisor(plane, MOST_PIXELS);
        pieces = plane / pixels;
        int count = images * channels * pieces;
        view = OneDnnMemory.blocked(OneDnnMemory.F32, block, 1, count, pixels, 1);
        flags = normalization_flags.use_global_stats.value | normalization_flags.use_scale.value
                | normalization_flags.use_shift.value | (relu ? normalization_flags.fuse_norm_relu.value : 0);
        mean = new Statistic(memory, count);
        variance = new Statistic(memory, count);
        scale = new Statistic(memory, count);
        shift = new Statistic(memory, count);
        channelOf = new int[count];
        Arrays.setAll(channelOf, i -> i / (pieces * block) * block % channels + i % block);
        means = new double[channels];
        variances = new double[channels];
        sums = new double[channels];
    }

    /** Prepares y from x, within a kernel. */
    void prepare(OneDnnKernel kernel, memory x, memory y) {
        memory from = memory.seen(x, view);
        memory to = memory.seen(y, view);
        batch_normalization_forward.primitive_desc own = new batch_normalization_forward.primitive_desc(
                memory.engine(), prop_kind.forward_training.value, view, view, 0, 0, OneDnnMemory.attributes(), false);
        ofPieces = kernel.call(own)
                .with(dnnl.DNNL_ARG_SRC, from)
                .with(dnnl.DNNL_ARG_DST, to)
                .with(dnnl.DNNL_ARG_MEAN, mean.memory)
                .with(dnnl.DNNL_ARG_VARIANCE, variance.memory);
        ofPieces.freeze();
        forward = new batch_normalization_forward.primitive_desc(memory.engine(),
                (training ? prop_kind.forward_training : prop_kind.forward_inference).value, view, view,
                (float) BatchNormSpec.EPSILON, flags, OneDnnMemory.attributes(), false);
        normalize = withStatistics(kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, from)
                .with(dnnl.DNNL_ARG_DST, to)
                .with(dnnl.DNNL_ARG_SHIFT, shift.memory));
        if (hasMask()) {
            passed = memory.kept(forward.workspace_desc());
            normalize.with(dnnl.DNNL_ARG_WORKSPACE, passed);
        }
        normalize.freeze();
    }

    private boolean hasMask() {
        return training && (flags & normalization_flags.fuse_norm_relu.value) != 0;
    }

    private OneDnnKernel.Call withStatistics(OneDnnKernel.Call call) {
        return call.with(dnnl.DNNL_ARG_MEAN, mean.memory)
                .with(dnnl.DNNL_ARG_VARIANCE, variance.memory)
                .with(dnnl.DNNL_ARG_SCALE, scale.memory);
    }

    /** y from x; the statistics are kept for the backward pass. */
    void forward(float[] gamma, float[] beta) {
        ofPieces.execute();
        putTogether();
        for (int i = 0; i < mean.values.length; i++) {
            int c = channelOf[i];
            mean.values[i] = (float) means[c];
            variance.values[i] = (float) variances[c];
            scale.values[i] = gamma[c];
            shift.values[i] = beta[c];
        }
        mean.write();
        variance.write();
        scale.write();
        shift.write();
        normalize.execute();
    }

    private void putTogether() {
        mean.read();
        variance.read();
        int parts = images * pieces;
        Arrays.fill(means, 0);
        Arrays.fill(variances, 0);
        for (int i = 0; i < mean.values.length; i++) {
            means[channelOf[i]] += (double) mean.values[i] / parts;
        }
        for (int i = 0; i < mean.values.length; i++) {
            double deviation = mean.values[i] - means[channelOf[i]];
            variances[channelOf[i]] += (variance.values[i] + deviation * deviation) / parts;
        }
    }

    /** Prepares dx from dy, within a kernel. */
    void prepareBackward(OneDnnKernel kernel, memory x, memory dy, memory dx) {
        this.x = OneDnnMemory.values(x);
        this.dx = OneDnnMemory.values(dx);
        scaleGradient = new Statistic(memory, mean.values.length);
        shiftGradient = new Statistic(memory, mean.values.length);
        batch_normalization_backward.primitive_desc backward = new batch_normalization_backward.primitive_desc(
                memory.engine(), prop_kind.backward.value, view, view, view, (float) BatchNormSpec.EPSILON, flags,
                forward, OneDnnMemory.attributes(), false);
        ofOutput = withStatistics(kernel.call(backward)
                .with(dnnl.DNNL_ARG_SRC, memory.seen(x, view))
                .with(dnnl.DNNL_ARG_DIFF_DST, memory.seen(dy, view))
                .with(dnnl.DNNL_ARG_DIFF_SRC, memory.seen(dx, view))
                .with(dnnl.DNNL_ARG_DIFF_SCALE, scaleGradient.memory)
                .with(dnnl.DNNL_ARG_DIFF_SHIFT, shiftGradient.memory));
        if (hasMask()) {
            ofOutput.with(dnnl.DNNL_ARG_WORKSPACE, passed);
        }
        ofOutput.freeze();
    }

    /**
     * dx, dgamma and dbeta from dy, with the statistics of the forward pass: first scale dz as if mean and variance did
     * not depend on x, then minus scale (mean(dz) + (x - mean(x)) inverse^2 mean(dz (x - mean(x)))).
     */
    void backward(float[] gamma, float[] dgamma, float[] dbeta, Scratch scratch) {
        ofOutput.execute();
        sum(scaleGradient, dgamma);
        sum(shiftGradient, dbeta);
        int strip = block * BatchNorm.largestDivisor(plane, MOST_VALUES / block);
        double count = (double) images * plane;
        for (int k = 0; k < channels / block; k++) {
            for (int p = 0; p < block; p++) {
                int c = k * block + p;
                double inverse = 1 / Math.sqrt(variances[c] + BatchNormSpec.EPSILON);
                scratch.mean[p] = (float) means[c];
                scratch.offset[p] = (float) (gamma[c] * inverse * dbeta[c] / count);
                scratch.slope[p] = (float) (gamma[c] * inverse * inverse * dgamma[c] / count);
            }
            for (int p = block; p < strip; p++) {
                scratch.mean[p] = scratch.mean[p - block];
                scratch.offset[p] = scratch.offset[p - block];
                scratch.slope[p] = scratch.slope[p - block];
            }
            for (int image = 0; image < images; image++) {
                int start = (image * channels / block + k) * plane * block;
                for (int from = start; from < start + plane * block; from += strip) {
                    x.get().get(from, scratch.values, 0, strip);
                    dx.get().get(from, scratch.gradients, 0, strip);
                    subtract(scratch.gradients, scratch.values, scratch.mean, scratch.offset, scratch.slope, strip);
                    dx.get().put(from, scratch.gradients, 0, strip);
                }
            }
        }
    }

    private void sum(Statistic ofPieces, float[] gradients) {
        ofPieces.read();
        Arrays.fill(sums, 0);
        for (int i = 0; i < ofPieces.values.length; i++) {
            sums[channelOf[i]] += ofPieces.values[i];
        }
        for (int c = 0; c < channels; c++) {
            gradients[c] = (float) sums[c];
        }
    }

    private static void subtract(float[] g, float[] x, float[] mean, float[] offset, float[] slope, int count) {
        for (int i = 0; i < count; i++) {
            g[i] = g[i] - offset[i] - (x[i] - mean[i]) * slope[i];
        }
    }
}
