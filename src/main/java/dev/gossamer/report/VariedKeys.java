package dev.gossamer.report;

import dev.gossamer.record.RecordedRun;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys whose values differ between the runs at hand. Those other than learning rate and seed, and the topology in
 * any case, tell the lines of a chart apart.
 */
final class VariedKeys {

    /** The key that is the axis of a chart. */
    static final String LEARNING_RATE = "learning-rate";

    /** The key that is averaged over. */
    static final String SEED = "seed";

    private static final String TOPOLOGY = "topology";
    private static final String WORKERS = "workers";
    private static final String MODEL = "model";
    private static final String ABSENT = "-";

    private final Set<String> varied;
    private final List<String> series = new ArrayList<>();

    VariedKeys(List<RecordedRun> runs) {
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(run.configuration().keySet()));
        varied = keys.stream()
                .filter(key -> runs.stream().map(run -> value(run, key)).distinct().count() > 1)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        series.add(TOPOLOGY);
        varied.stream().filter(key -> !Set.of(TOPOLOGY, LEARNING_RATE, SEED).contains(key)).forEach(series::add);
    }

    boolean contains(String key) {
        return varied.contains(key);
    }

    /** The keys that tell lines apart: the topology, and the others in the order of the configuration. */
    List<String> ofSeries() {
        return series;
    }

    /** What the runs of a line have in common: {@code ring, 8 workers, momentum 0.9}. */
    String series(RecordedRun run) {
        return series.stream().map(key -> phrase(key, value(run, key))).collect(Collectors.joining(", "));
    }

    /** What the runs of lines have in common that differ in the topology and its size only; may be empty. */
    String besidesTopology(RecordedRun run) {
        return series.stream()
                .filter(key -> !Set.of(TOPOLOGY, WORKERS).contains(key))
                .map(key -> phrase(key, value(run, key)))
                .collect(Collectors.joining(", "));
    }

    /** All keys whose values differ, in the order of the configuration. */
    List<String> all() {
        return List.copyOf(varied);
    }

    /** A key and its value in a few words. */
    static String phrase(String key, String value) {
        return switch (key) {
            case TOPOLOGY, MODEL -> value;
            case WORKERS -> value + " workers";
            default -> words(key) + " " + value;
        };
    }

    /** The value of a run, a dash where it has none. */
    static String value(RecordedRun run, String key) {
        return run.configuration().getOrDefault(key, ABSENT);
    }

    /** A key as people write it: {@code batch size}. */
    static String words(String key) {
        return key.replace('-', ' ');
    }
}
