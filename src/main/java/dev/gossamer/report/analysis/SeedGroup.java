package dev.gossamer.report.analysis;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs that differ in nothing but the seed.
 *
 * @param series what they have in common with the runs of other learning rates
 * @param learningRate their learning rate
 * @param runs at least one, each of a seed of its own
 */
public record SeedGroup(String series, double learningRate, List<RecordedRun> runs) {

    /** By mean test accuracy; groups that are not reliable come first, in any order. */
    static final Comparator<SeedGroup> BY_ACCURACY =
            Comparator.comparingDouble(group -> group.isReliable() ? group.accuracy().orElseThrow().mean() : -1);

    /**
     * The groups of some runs: the series in order of appearance, the learning rates of each from small to large. Of
     * runs that do not even differ in the seed, one counts, which has finished if one has.
     */
    public static List<SeedGroup> of(List<RecordedRun> runs) {
        VariedKeys varied = new VariedKeys(runs);
        Map<String, Map<Double, Map<Long, RecordedRun>>> series = new LinkedHashMap<>();
        for (RecordedRun run : runs) {
            series.computeIfAbsent(Shown.label(varied.series(run)), key -> new TreeMap<>())
                    .computeIfAbsent(run.result().learningRate(), key -> new LinkedHashMap<>())
                    .merge(run.result().seed(), run, (first, second) -> isFinished(first) ? first : second);
        }
        List<SeedGroup> groups = new ArrayList<>();
        series.forEach((name, rates) -> rates.forEach((rate, seeds) ->
                groups.add(new SeedGroup(name, rate, List.copyOf(seeds.values())))));
        return groups;
    }

    private static boolean isFinished(RecordedRun run) {
        return run.result().status() == RunStatus.FINISHED;
    }

    /** Whether some of the runs differ in nothing but the seed. */
    public static boolean haveSeeds(List<SeedGroup> groups) {
        return groups.stream().anyMatch(group -> group.runs.size() > 1);
    }

    /** The learning rate as records have it. */
    public String learningRateText() {
        return Decimal.format(learningRate);
    }

    /** The runs that ended in a way. */
    public List<RecordedRun> ended(RunStatus status) {
        return runs.stream().filter(run -> run.result().status() == status).toList();
    }

    /** The mean over the finished runs that have a finite number; empty where none has. */
    public Optional<MeanInterval> mean(Function<RunResult, OptionalDouble> number) {
        List<Double> values = values(number);
        return values.isEmpty() ? Optional.empty() : Optional.of(MeanInterval.of(values));
    }

    /** A number of each finished run that has a finite one. */
    public List<Double> values(Function<RunResult, OptionalDouble> number) {
        return measured(number).map(run -> value(run, number)).toList();
    }

    /** The same by seed, from small to large. */
    Map<Long, Double> bySeed(Function<RunResult, OptionalDouble> number) {
        Map<Long, Double> values = new TreeMap<>();
        measured(number).forEach(run -> values.put(run.result().seed(), value(run, number)));
        return values;
    }

    private Stream<RecordedRun> measured(Function<RunResult, OptionalDouble> number) {
        return ended(RunStatus.FINISHED).stream().filter(run -> Double.isFinite(value(run, number)));
    }

    private static double value(RecordedRun run, Function<RunResult, OptionalDouble> number) {
        return number.apply(run.result()).orElse(Double.NaN);
    }

    /** The group of highest mean test accuracy of each series, one that {@link #isReliable} where there is one. */
    public static List<SeedGroup> mostAccurate(List<SeedGroup> groups) {
        return List.copyOf(best(groups, BY_ACCURACY).values());
    }

    /** Whether every run finished, and has a test accuracy. */
    boolean isReliable() {
        return runs.stream().allMatch(SeedGroup::isFinished) && accuracy().isPresent();
    }

    /** The mean test accuracy of the finished runs, in [0, 1]. */
    public Optional<MeanInterval> accuracy() {
        return mean(RunResult::testAccuracy);
    }

    /** The largest group of each series. */
    static Map<String, SeedGroup> best(List<SeedGroup> groups, Comparator<SeedGroup> order) {
        Map<String, SeedGroup> best = new LinkedHashMap<>();
        groups.forEach(group -> best.merge(group.series, group, (a, b) -> order.compare(b, a) > 0 ? b : a));
        return best;
    }
}
