package dev.gossamer.experiment;

/**
 * When a run is evaluated: at times t = s / T with the density p t^(p - 1), p = -log2(alpha), of the original
 * experiments, where evaluations are drawn at random from it. Here evaluation k of K is at its quantile
 * (k / K)^(1 / p), so that runs are evaluated at the same steps and always at the last one. A share alpha of the
 * evaluations falls into the first half of the run.
 */
public final class EvaluationTimes {

    private static final double ALPHA = 0.75;

    private EvaluationTimes() {}

    /**
     * The numbers of steps done at each evaluation, ascending and distinct.
     *
     * @param steps length of the run T, at least 1
     * @param evaluations number of evaluations K, at least 1; more than T means T
     */
    public static long[] of(long steps, int evaluations) {
        int count = (int) Math.min(steps, evaluations);
        double exponent = -1 / (Math.log(ALPHA) / Math.log(2));
        long[] times = new long[count];
        for (int k = 1; k <= count; k++) {
            long quantile = Math.round(steps * Math.pow((double) k / count, exponent));
            long earliest = k == 1 ? 1 : times[k - 2] + 1;
            long latest = steps - (count - k);
            times[k - 1] = Math.min(Math.max(quantile, earliest), latest);
        }
        return times;
    }
}
