package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import java.util.Arrays;

/** Group norm of float arrays, with a ReLU after it or not, see {@link dev.gossamer.model.GroupNormSpec}. */
final class GroupNorm extends GroupwiseNorm {

    private final boolean relu;

    /** @param block channels in a block; the last one may be padded with zeros */
    GroupNorm(int images, Forward.GroupNorm operation, int block) {
        super(images, operation, operation.groups(), block);
        relu = operation.activation().isRelu();
    }

    @Override
    void activate(int image, int k, Scratch scratch) {
        coefficients(image, k, scratch);
        float least = relu ? 0 : Float.NEGATIVE_INFINITY;
        for (int r = first(k); r < first(k + 1); r++) {
            BatchNorm.affine(scratch.values[r], scratch.patterns[0], scratch.patterns[1], scratch.patterns[2], least,
                    strip);
        }
    }

    /** Patterns for {@code (x - mean) scale + shift}, in this order. */
    private void coefficients(int image, int k, Scratch scratch) {
        int from = firstChannel(k);
        for (int c = from; c < firstChannel(k + 1); c++) {
            scratch.patterns[1][c - from] = (float) (parameters[0][c] * inverse(image, c));
            scratch.patterns[2][c - from] = parameters[1][c];
        }
        means(image, k, scratch.patterns[0]);
        repeat(k, scratch.patterns[1]);
        repeat(k, scratch.patterns[2]);
    }

    @Override
    void addSums(int image, int k, Scratch scratch) {
        coefficients(image, k, scratch);
        float[] ofGradients = scratch.lanes[0];
        float[] ofProducts = scratch.lanes[1];
        Arrays.fill(ofGradients, 0, strip, 0);
        Arrays.fill(ofProducts, 0, strip, 0);
        for (int r = first(k); r < first(k + 1); r++) {
            if (relu) {
                BatchNorm.mask(scratch.gradients[r], scratch.values[r], scratch.patterns[0], scratch.patterns[1],
                        scratch.patterns[2], strip);
            }
            BatchNorm.addTo(ofGradients, scratch.gradients[r], strip);
            BatchNorm.addProducts(ofProducts, scratch.gradients[r], scratch.values[r], scratch.patterns[0], strip);
        }
        int from = firstChannel(k);
        for (int c = from; c < firstChannel(k + 1); c++) {
            double sum = sum(ofGradients, c - from);
            double product = sum(ofProducts, c - from);
            gradients[0][c] += product * inverse(image, c);
            gradients[1][c] += sum;
            sums[0][group(c)] += sum * parameters[0][c];
            sums[1][group(c)] += product * parameters[0][c];
        }
    }

    /** With s = inverse gamma: s dz - inverse mean(gamma dz) - (x - mean) inverse^3 mean(gamma dz (x - mean)). */
    @Override
    void inputGradients(int image, int k, Scratch scratch) {
        coefficients(image, k, scratch);
        float[] offset = scratch.patterns[3];
        float[] slope = scratch.patterns[4];
        int from = firstChannel(k);
        for (int c = from; c < firstChannel(k + 1); c++) {
            double inverse = inverse(image, c);
            offset[c - from] = (float) (sums[0][group(c)] * inverse / count());
            slope[c - from] = (float) (sums[1][group(c)] * inverse * inverse * inverse / count());
        }
        repeat(k, offset);
        repeat(k, slope);
        for (int r = first(k); r < first(k + 1); r++) {
            inputGradients(scratch.gradients[r], scratch.values[r], scratch.patterns[0], scratch.patterns[1], offset,
                    slope, strip);
        }
    }

    private static void inputGradients(
            float[] g, float[] x, float[] mean, float[] scale, float[] offset, float[] slope, int count) {
        for (int i = 0; i < count; i++) {
            g[i] = g[i] * scale[i] - offset[i] - (x[i] - mean[i]) * slope[i];
        }
    }
}
