package dev.gossamer.report.analysis;

import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The keys whose values differ between the runs at hand. Those other than learning rate and seed, and the topology in
 * any case, tell the lines of a chart apart.
 */
public final class VariedKeys {

    /** The key that is the axis of a chart. */
    public static final String LEARNING_RATE = "learning-rate";

    /** The key that is averaged over. */
    public static final String SEED = "seed";

    private static final String TOPOLOGY = "topology";
    private static final String WORKERS = "workers";
    private static final String MODEL = "model";
    private static final String ALGORITHM = "algorithm";
    private static final String SLOW_PERIOD = SlowMomentum.PERIOD.toString();
    private static final String ABSENT = "-";

    private static final Set<String> OF_SOME =
            Optimization.KEYS_OF_SOME.stream().map(Key::toString).collect(Collectors.toSet());

    private final Set<String> varied;
    private final List<String> series = new ArrayList<>();

    /** Those of some runs. */
    public VariedKeys(List<RecordedRun> runs) {
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(run.configuration().keySet()));
        varied = keys.stream()
                .filter(key -> differs(runs, key))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        series.add(TOPOLOGY);
        varied.stream().filter(key -> !Set.of(TOPOLOGY, LEARNING_RATE, SEED).contains(key)).forEach(series::add);
    }

    /** Whether runs differ in a key; in one that only some have, these. */
    private static boolean differs(List<RecordedRun> runs, String key) {
        return runs.stream().filter(run -> run.configuration().containsKey(key) || !OF_SOME.contains(key))
                .map(run -> value(run, key)).distinct().count() > 1;
    }

    public boolean contains(String key) {
        return varied.contains(key);
    }

    /** The keys that tell lines apart: the topology, and the others in the order of the configuration. */
    public List<String> ofSeries() {
        return series;
    }

    /** What the runs of a line have in common: {@code ring, 8 workers, momentum 0.9}. */
    public String series(RecordedRun run) {
        return phrases(run, series.stream());
    }

    /** What the runs of lines have in common that differ in the topology and its size only; may be empty. */
    String besidesTopology(RecordedRun run) {
        return phrases(run, series.stream().filter(key -> !Set.of(TOPOLOGY, WORKERS).contains(key)));
    }

    /** What a run does not have as it is of another algorithm, or without slow steps, is not said of it. */
    private static String phrases(RecordedRun run, Stream<String> keys) {
        return keys.filter(key -> run.configuration().containsKey(key)
                        || !OF_SOME.contains(key) && !SLOW_PERIOD.equals(key))
                .map(key -> phrase(key, value(run, key)))
                .collect(Collectors.joining(", "));
    }

    /** The finished run of best test accuracy of each series. */
    public Set<RecordedRun> best(List<RecordedRun> runs) {
        Map<String, RecordedRun> best = runs.stream()
                .filter(run -> run.result().status() == RunStatus.FINISHED && run.result().testAccuracy().isPresent())
                .collect(Collectors.toMap(this::series, Function.identity(), BinaryOperator.maxBy(
                        Comparator.comparingDouble(run -> run.result().testAccuracy().getAsDouble()))));
        return new HashSet<>(best.values());
    }

    /** All keys whose values differ, in the order of the configuration. */
    public List<String> all() {
        return List.copyOf(varied);
    }

    /** A key and its value in a few words. */
    static String phrase(String key, String value) {
        return switch (key) {
            case TOPOLOGY, MODEL, ALGORITHM -> value;
            case WORKERS -> value + " workers";
            default -> words(key) + " " + value;
        };
    }

    /** The value of a run, a dash where it has none. */
    public static String value(RecordedRun run, String key) {
        return run.configuration().getOrDefault(key, ABSENT);
    }

    /** A key as people write it: {@code batch size}. */
    public static String words(String key) {
        return key.replace('-', ' ');
    }
}
