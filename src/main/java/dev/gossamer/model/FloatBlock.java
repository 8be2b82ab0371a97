package dev.gossamer.model;

/**
 * Loops over the first values of {@code float[]} blocks, written so that the compiler vectorises them or at least keeps
 * several additions in flight: no branches, and sums in eight parts. Sums go by runs of {@value #RUN} values, added in
 * double, so that rounding does not grow with the length.
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

    /** Sum of x. */
    static double sum(float[] x, int from, int count) {
        double sum = 0;
        for (int run = from; run < from + count; run += RUN) {
            sum += runSum(x, run, Math.min(RUN, from + count - run));
        }
        return sum;
    }

    /** Sum of a (b - mean). */
    static double deviationProduct(float[] a, float[] b, float mean, int count) {
        double sum = 0;
        for (int run = 0; run < count; run += RUN) {
            sum += runDeviationProduct(a, b, mean, run, Math.min(RUN, count - run));
        }
        return sum;
    }

    /** Sum of (x - mean)^2. */
    static double squaredDeviation(float[] x, float mean, int count) {
        double sum = 0;
        for (int run = 0; run < count; run += RUN) {
            sum += runSquaredDeviation(x, mean, run, Math.min(RUN, count - run));
        }
        return sum;
    }

    private static float runSum(float[] x, int from, int count) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int i = from;
        for (; i < from + count - 7; i += 8) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
            e += x[i + 4];
            f += x[i + 5];
            g += x[i + 6];
            h += x[i + 7];
        }
        for (; i < from + count; i++) {
            a += x[i];
        }
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }

    private static float runDeviationProduct(float[] p, float[] q, float mean, int from, int count) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = from;
        for (; i < from + count - 3; i += 4) {
            a += p[i] * (q[i] - mean);
            b += p[i + 1] * (q[i + 1] - mean);
            c += p[i + 2] * (q[i + 2] - mean);
            d += p[i + 3] * (q[i + 3] - mean);
        }
        for (; i < from + count; i++) {
            a += p[i] * (q[i] - mean);
        }
        return (a + b) + (c + d);
    }

    private static float runSquaredDeviation(float[] x, float mean, int from, int count) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = from;
        for (; i < from + count - 3; i += 4) {
            float p = x[i] - mean;
            float q = x[i + 1] - mean;
            float r = x[i + 2] - mean;
            float s = x[i + 3] - mean;
            a += p * p;
            b += q * q;
            c += r * r;
            d += s * s;
        }
        for (; i < from + count; i++) {
            a += (x[i] - mean) * (x[i] - mean);
        }
        return (a + b) + (c + d);
    }
}
