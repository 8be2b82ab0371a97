package dev.gossamer.experiment;

import dev.gossamer.configuration.LearningRateSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * When a run is evaluated: at times t = s / T of each stage of its schedule with the density p t^(p - 1),
 * p = -log2(alpha), of the original experiments, where evaluations are drawn at random from it. Here evaluation k of K
 * is at its quantile (k / K)^(1 / p), so that runs are evaluated at the same steps and always at the last one. A share
 * alpha of the evaluations falls into the first half of the stage.
 */
public final class EvaluationTimes {

    private EvaluationTimes() {}

    /**
     * The numbers of steps done at each evaluation, ascending and distinct.
     *
     * @param stages the stages of the run, at least one step in all; each has its share of the evaluations, rounded
     *     down, and the last one what remains, at least one
     * @param evaluations number of evaluations K, at least 1; more than steps means as many
     * @param alpha in [0.5, 1); 0.5 spreads them evenly
     */
    public static long[] of(List<LearningRateSchedule.Span> stages, int evaluations, double alpha) {
        List<Long> times = new ArrayList<>();
        List<LearningRateSchedule.Span> trained = stages.stream().filter(stage -> stage.steps() > 0).toList();
        int left = evaluations;
        for (int i = 0; i < trained.size(); i++) {
            boolean last = i == trained.size() - 1;
            int share = last ? Math.max(1, left) : (int) (trained.get(i).stage().share() * evaluations);
            add(times, trained.get(i), share, alpha);
            left -= share;
        }
        return times.stream().mapToLong(Long::longValue).toArray();
    }

    private static void add(List<Long> times, LearningRateSchedule.Span stage, int evaluations, double alpha) {
        int count = (int) Math.min(stage.steps(), evaluations);
        double exponent = -1 / (Math.log(alpha) / Math.log(2));
        long previous = 0;
        for (int k = 1; k <= count; k++) {
            long quantile = Math.round(stage.steps() * Math.pow((double) k / count, exponent));
            long latest = stage.steps() - (count - k);
            previous = Math.min(Math.max(quantile, previous + 1), latest);
            times.add(stage.from() + previous);
        }
    }
}
