package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import java.util.Arrays;

/** EvoNorm-S0 of float arrays, see {@link dev.gossamer.model.EvoNormSpec}. */
final class EvoNorm extends GroupwiseNorm {

    /** @param block channels in a block; the last one may be padded with zeros */
    EvoNorm(int images, Forward.EvoNorm operation, int block) {
        super(images, operation, operation.groups(), block);
    }

    @Override
    void activate(int image, int k, Scratch scratch) {
        float[] scale = scratch.patterns[0];
        float[] shift = scratch.patterns[1];
        float[] v = scratch.patterns[2];
        int from = firstChannel(k);
        for (int c = from; c < firstChannel(k + 1); c++) {
            scale[c - from] = (float) (parameters[0][c] * inverse(image, c));
            shift[c - from] = parameters[1][c];
            v[c - from] = parameters[2][c];
        }
        repeat(k, scale);
        repeat(k, shift);
        repeat(k, v);
        float[] sigmoids = scratch.lanes[0];
        for (int r = first(k); r < first(k + 1); r++) {
            sigmoids(scratch.values[r], v, sigmoids, strip);
            activate(scratch.values[r], sigmoids, scale, shift, strip);
        }
    }

    @Override
    void addSums(int image, int k, Scratch scratch) {
        float[] v = scratch.patterns[0];
        int from = firstChannel(k);
        System.arraycopy(parameters[2], from, v, 0, firstChannel(k + 1) - from);
        repeat(k, v);
        for (float[] lanes : scratch.lanes) {
            Arrays.fill(lanes, 0, strip, 0);
        }
        scratch.fitOthers();
        for (int r = first(k); r < first(k + 1); r++) {
            sigmoids(scratch.values[r], v, scratch.others[r], strip);
            BatchNorm.addTo(scratch.lanes[0], scratch.gradients[r], strip);
            addProducts(scratch.lanes[1], scratch.lanes[2], scratch.gradients[r], scratch.values[r],
                    scratch.others[r], strip);
        }
        for (int c = from; c < firstChannel(k + 1); c++) {
            double inverse = inverse(image, c);
            double ofSwish = sum(scratch.lanes[1], c - from);
            gradients[0][c] += ofSwish * inverse;
            gradients[1][c] += sum(scratch.lanes[0], c - from);
            gradients[2][c] += sum(scratch.lanes[2], c - from) * inverse * parameters[0][c];
            sums[0][group(c)] += ofSwish * parameters[0][c];
        }
    }

    @Override
    void inputGradients(int image, int k, Scratch scratch) {
        float[] v = scratch.patterns[0];
        float[] scale = scratch.patterns[1];
        float[] mean = scratch.patterns[2];
        float[] slope = scratch.patterns[3];
        int from = firstChannel(k);
        for (int c = from; c < firstChannel(k + 1); c++) {
            double inverse = inverse(image, c);
            v[c - from] = parameters[2][c];
            scale[c - from] = (float) (parameters[0][c] * inverse);
            slope[c - from] = (float) (sums[0][group(c)] * inverse * inverse * inverse / count());
        }
        repeat(k, v);
        repeat(k, scale);
        repeat(k, slope);
        means(image, k, mean);
        for (int r = first(k); r < first(k + 1); r++) {
            inputGradients(scratch.gradients[r], scratch.values[r], scratch.others[r], v, scale, mean, slope, strip);
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
