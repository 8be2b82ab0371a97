package dev.gossamer.model;

/**
 * Loops over the first values of {@code float[]} blocks, in the forms that the compiler vectorises: no branches, the
 * same index into every array. A sum over several blocks is kept apart for each position, in "lanes", and added up at
 * the end.
 */
final class FloatBlock {

    private static final int RUN = 1024;
    /** Any float above 1e-38 times this is at least 1. */
    private static final float HUGE = 3e38f;

    private FloatBlock() {}

    /** Replaces negative values by 0. */
    static void rectify(float[] x, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(x[i], 0f);
        }
    }

    /** Sets the gradients to 0 where the output of a ReLU is 0. */
    static void mask(float[] gradients, float[] outputs, int count) {
        for (int i = 0; i < count; i++) {
            gradients[i] *= Math.min(outputs[i] * HUGE, 1f);
        }
    }

    /** Sets the gradients to 0 where {@code (x - mean) scale + shift}, the input of a ReLU, is not positive. */
    static void maskAffine(float[] gradients, float[] x, float mean, float scale, float shift, int count) {
        for (int i = 0; i < count; i++) {
            float output = Math.max((x[i] - mean) * scale + shift, 0f);
            gradients[i] *= Math.min(output * HUGE, 1f);
        }
    }

    /** x = (x - mean) scale + shift. */
    static void affine(float[] x, float mean, float scale, float shift, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = (x[i] - mean) * scale + shift;
        }
    }

    /** Adds each x to its lane. */
    static void addTo(float[] lanes, float[] x, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] += x[i];
        }
    }

    /** Adds each (x - mean)^2 to its lane. */
    static void addSquaredDeviations(float[] lanes, float[] x, float mean, int count) {
        for (int i = 0; i < count; i++) {
            float deviation = x[i] - mean;
            lanes[i] += deviation * deviation;
        }
    }

    /** Adds each g (x - mean) to its lane. */
    static void addDeviationProducts(float[] lanes, float[] g, float[] x, float mean, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] += g[i] * (x[i] - mean);
        }
    }

    /** Sum of {@code count} values, by runs that are added in double so that rounding does not grow with the length. */
    static double sum(float[] x, int from, int count) {
        double sum = 0;
        for (int run = from; run < from + count; run += RUN) {
            sum += runSum(x, run, Math.min(run + RUN, from + count));
        }
        return sum;
    }

    /** Four partial sums keep four additions in flight. */
    private static float runSum(float[] x, int from, int to) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = from;
        for (; i < to - 3; i += 4) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
        }
        for (; i < to; i++) {
            a += x[i];
        }
        return (a + b) + (c + d);
    }
}
