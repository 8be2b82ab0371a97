package dev.gossamer.engine;

/** What is computed of vectors, each rounded as its formula reads. */
final class Combination {

    private Combination() {}

    /** out = a x. */
    static void set(float a, float[] x, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = a * x[k];
        }
    }

    /** out = a x + b y. */
    static void set(float a, float[] x, float b, float[] y, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = a * x[k] + b * y[k];
        }
    }

    /** out = (a x + b y) + c z. */
    static void set(float a, float[] x, float b, float[] y, float c, float[] z, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = a * x[k] + b * y[k] + c * z[k];
        }
    }

    /** sum = (a x + b y) + c z, and out = d w + e sum. */
    static void chain(float a, float[] x, float b, float[] y, float c, float[] z, float[] sum, float d, float[] w,
            float e, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            float inner = a * x[k] + b * y[k] + c * z[k];
            sum[k] = inner;
            out[k] = d * w[k] + e * inner;
        }
    }

    /** out = out + a x. */
    static void add(float a, float[] x, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] += a * x[k];
        }
    }

    /** out = out + (a x + b y). */
    static void add(float a, float[] x, float b, float[] y, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] += a * x[k] + b * y[k];
        }
    }

    /** out = a + x. */
    static void shift(float a, float[] x, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = x[k] + a;
        }
    }

    /** out = x y. */
    static void product(float[] x, float[] y, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = x[k] * y[k];
        }
    }

    /** out = x / y. */
    static void quotient(float[] x, float[] y, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = x[k] / y[k];
        }
    }

    /** out = the larger one of x and y. */
    static void maximum(float[] x, float[] y, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = Math.max(x[k], y[k]);
        }
    }

    /** out = the sign of x. */
    static void sign(float[] x, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = x[k] > 0 ? 1 : x[k] < 0 ? -1 : 0 * x[k];
        }
    }

    /** out = the square root of x. */
    static void root(float[] x, float[] out, int length) {
        for (int k = 0; k < length; k++) {
            out[k] = (float) Math.sqrt(x[k]);
        }
    }
}
