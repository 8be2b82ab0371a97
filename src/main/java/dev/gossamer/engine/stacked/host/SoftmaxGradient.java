package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import java.nio.FloatBuffer;
import java.util.function.Supplier;

/**
 * The gradient of an attention's products of queries and keys from that of its weights, in its place: of each row
 * {@code p (g - sum(p g)) / sqrt(d)}. oneDNN's own has fast code for AVX-512 only.
 */
final class SoftmaxGradient {

    private final int tokens;
    private final float scale;
    private final Supplier<FloatBuffer> weights;
    private final Supplier<FloatBuffer> gradients;
    private final float[] shares;
    private final float[] row;
    private final float[] products;

    /**
     * @param weights softmax of the products [.., t]
     * @param gradients those of the weights, which become those of the products
     */
    SoftmaxGradient(Forward.Attend op, Supplier<FloatBuffer> weights, Supplier<FloatBuffer> gradients) {
        tokens = op.weights().width();
        scale = (float) op.scale();
        this.weights = weights;
        this.gradients = gradients;
        shares = new float[tokens];
        row = new float[tokens];
        products = new float[tokens];
    }

    void run() {
        for (int from = 0; from < gradients.get().capacity(); from += tokens) {
            weights.get().get(from, shares, 0, tokens);
            gradients.get().get(from, row, 0, tokens);
            multiply(shares, row, products, tokens);
            combine(shares, row, sum(products, tokens), scale, tokens);
            gradients.get().put(from, row, 0, tokens);
        }
    }

    private static void multiply(float[] a, float[] b, float[] products, int count) {
        for (int i = 0; i < count; i++) {
            products[i] = a[i] * b[i];
        }
    }

    /** In double precision, by two sums, as additions wait for one another. */
    private static float sum(float[] values, int count) {
        double even = 0;
        double odd = 0;
        for (int i = 0; i + 1 < count; i += 2) {
            even += values[i];
            odd += values[i + 1];
        }
        return (float) (even + odd + (count % 2 == 0 ? 0 : values[count - 1]));
    }

    private static void combine(float[] shares, float[] row, float mean, float scale, int count) {
        for (int i = 0; i < count; i++) {
            row[i] = scale * shares[i] * (row[i] - mean);
        }
    }
}
