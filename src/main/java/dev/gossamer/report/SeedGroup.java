package dev.gossamer.report;

import dev.gossamer.record.Decimal;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
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
 * @param runs at least one
 */
record SeedGroup(String series, double learningRate, List<RecordedRun> runs) {

    /** By mean test accuracy; groups of which a run did not finish come first, in any order. */
    static final Comparator<SeedGroup> BY_ACCURACY = Comparator.comparingDouble(SeedGroup::reliableAccuracy);

    /** The groups of some runs: the series in order of appearance, the learning rates of each from small to large. */
    static List<SeedGroup> of(List<RecordedRun> runs) {
        VariedKeys varied = new VariedKeys(runs);
        Map<String, Map<Double, List<RecordedRun>>> series = new LinkedHashMap<>();
        for (RecordedRun run : runs) {
            series.computeIfAbsent(Figure.label(varied.series(run)), key -> new TreeMap<>())
                    .computeIfAbsent(run.result().learningRate(), key -> new ArrayList<>())
                    .add(run);
        }
        List<SeedGroup> groups = new ArrayList<>();
        series.forEach((name, rates) -> rates.forEach((rate, group) -> groups.add(new SeedGroup(name, rate, group))));
        return groups;
    }

    /** The learning rate as records have it. */
    String learningRateText() {
        return Decimal.format(learningRate);
    }

    /** The mean test accuracy where all runs finished; -1 where not. */
    private double reliableAccuracy() {
        return isFinished() ? mean(RunResult::testAccuracy).map(MeanInterval::mean).orElse(-1.0) : -1;
    }

    /** Whether every run finished. */
    boolean isFinished() {
        return ended(RunStatus.FINISHED).size() == runs.size();
    }

    /** The runs that ended in a way. */
    List<RecordedRun> ended(RunStatus status) {
        return runs.stream().filter(run -> run.result().status() == status).toList();
    }

    /** The mean over the finished runs that have a finite number; empty where none has. */
    Optional<MeanInterval> mean(Function<RunResult, OptionalDouble> number) {
        List<Double> values = values(number);
        return values.isEmpty() ? Optional.empty() : Optional.of(MeanInterval.of(values));
    }

    /** A number of each finished run that has a finite one. */
    List<Double> values(Function<RunResult, OptionalDouble> number) {
        return measured(number).map(run -> value(run, number)).toList();
    }

    /** The same by seed. */
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

    /** The group of highest mean test accuracy of each series, among those where every run finished. */
    static Map<String, SeedGroup> mostAccurate(List<SeedGroup> groups) {
        return best(groups, BY_ACCURACY);
    }

    /** The largest group of each series. */
    static Map<String, SeedGroup> best(List<SeedGroup> groups, Comparator<SeedGroup> order) {
        Map<String, SeedGroup> best = new LinkedHashMap<>();
        groups.forEach(group -> best.merge(group.series, group, (a, b) -> order.compare(b, a) > 0 ? b : a));
        return best;
    }
}
