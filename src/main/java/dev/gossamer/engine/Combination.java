package dev.gossamer.engine;

/** What is computed of the columns from one to before another of vectors, each rounded as its formula reads. */
final class Combination {

    /** Most terms of a sum that is computed in one go. */
    static final int TERMS = 3;

    private Combination() {}

    /** out = a x. */
    static void set(float a, float[] x, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = a * x[k];
        }
    }

    /** out = a x + b y. */
    static void set(float a, float[] x, float b, float[] y, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = a * x[k] + b * y[k];
        }
    }

    /** out = (a x + b y) + c z. */
    static void set(float a, float[] x, float b, float[] y, float c, float[] z, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = a * x[k] + b * y[k] + c * z[k];
        }
    }

    /** sum = (a x + b y) + c z, and out = d w + e sum. */
    static void chain(float a, float[] x, float b, float[] y, float c, float[] z, float[] sum, float d, float[] w,
            float e, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            float inner = a * x[k] + b * y[k] + c * z[k];
            sum[k] = inner;
            out[k] = d * w[k] + e * inner;
        }
    }

    /** out = out + a x. */
    static void add(float a, float[] x, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] += a * x[k];
        }
    }

    /** out = out + (a x + b y). */
    static void add(float a, float[] x, float b, float[] y, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] += a * x[k] + b * y[k];
        }
    }

    /** out = a + x. */
    static void shift(float a, float[] x, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = x[k] + a;
        }
    }

    /** out = x y. */
    static void product(float[] x, float[] y, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = x[k] * y[k];
        }
    }

    /** out = x / y. */
    static void quotient(float[] x, float[] y, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = x[k] / y[k];
        }
    }

    /** out = the larger one of x and y. */
    static void maximum(float[] x, float[] y, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = Math.max(x[k], y[k]);
        }
    }

    /** out = the sign of x. */
    static void sign(float[] x, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = sign(x[k]);
        }
    }

    /** The sign of x, without a branch: the smallest number times the largest one twice is above 1. */
    static float sign(float x) {
        return Math.max(-1, Math.min(1, x * 0x1p127f * 0x1p127f));
    }

    /** The sum of magnitudes, in double precision, of every eighth number at first. */
    static double magnitudes(float[] x, int from, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        double e = 0;
        double f = 0;
        double g = 0;
        double h = 0;
        int k = from;
        for (; k < to - 7; k += 8) {
            a += Math.abs(x[k]);
            b += Math.abs(x[k + 1]);
            c += Math.abs(x[k + 2]);
            d += Math.abs(x[k + 3]);
            e += Math.abs(x[k + 4]);
            f += Math.abs(x[k + 5]);
            g += Math.abs(x[k + 6]);
            h += Math.abs(x[k + 7]);
        }
        for (; k < to; k++) {
            a += Math.abs(x[k]);
        }
        return a + b + (c + d) + (e + f + (g + h));
    }

    /** The sum of squares, in double precision, of every fourth number at first. */
    static double squares(float[] x, int from, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int k = from;
        for (; k < to - 3; k += 4) {
            a += (double) x[k] * x[k];
            b += (double) x[k + 1] * x[k + 1];
            c += (double) x[k + 2] * x[k + 2];
            d += (double) x[k + 3] * x[k + 3];
        }
        for (; k < to; k++) {
            a += (double) x[k] * x[k];
        }
        return a + b + (c + d);
    }

    /** out = the square root of x. */
    static void root(float[] x, float[] out, int from, int to) {
        for (int k = from; k < to; k++) {
            out[k] = (float) Math.sqrt(x[k]);
        }
    }
}
