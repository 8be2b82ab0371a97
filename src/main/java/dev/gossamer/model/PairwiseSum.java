package dev.gossamer.model;

/**
 * Sums by adding halves, which keeps the rounding error at O(log n) and lets the compiler vectorise, unlike a running
 * sum: Higham, "The accuracy of floating point summation", 1993, section 2.
 */
final class PairwiseSum {

    private static final int SMALL = 32;

    private PairwiseSum() {}

    /**
     * Sum of the first {@code count} values.
     *
     * @param values overwritten
     * @param work at least half as long, overwritten
     */
    static float of(float[] values, int count, float[] work) {
        float[] from = values;
        float[] to = work;
        int n = count;
        while (n > SMALL) {
            int half = n / 2;
            int upper = n - half;
            addHalves(from, to, half, upper);
            if (upper > half) {
                to[half] = from[half];
            }
            float[] swap = from;
            from = to;
            to = swap;
            n = upper;
        }
        float sum = 0;
        for (int i = 0; i < n; i++) {
            sum += from[i];
        }
        return sum;
    }

    private static void addHalves(float[] from, float[] to, int half, int upper) {
        for (int i = 0; i < half; i++) {
            to[i] = from[i] + from[i + upper];
        }
    }
}
