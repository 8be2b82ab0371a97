package dev.gossamer.report.analysis;

import dev.gossamer.record.EnvironmentFile;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunResults;
import dev.gossamer.record.RunStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What differs between two experiments, or two runs. Their runs are paired by configuration, without the keys that have
 * one value here and another one there: those are what is compared.
 */
public final class Comparison {

    /** What differs from run to run by nature. */
    private static final Set<String> NOT_COMPARED = Set.of("command", "started");

    /**
     * Something in both, of which one may lack it.
     *
     * @param section {@code configuration}, {@code environment}, {@code outcome}, or {@code mean} for the mean
     *     difference over the seeds
     * @param runs which runs it is of: the values that tell them apart from others on their side; empty for all
     * @param key name of the value
     * @param first the value of the first; null where it has none
     * @param second the value of the second
     * @param difference second minus first, of numbers of finished runs; otherwise null
     * @param halfWidth of a mean over seeds, half of its 95 % interval; otherwise null
     */
    public record Row(
            String section,
            String runs,
            String key,
            Object first,
            Object second,
            Double difference,
            Double halfWidth) {}

    private final List<RecordedRun> first;
    private final List<RecordedRun> second;
    private final Set<String> keys = new LinkedHashSet<>();

    /** Compares two sides, each of at least one run. */
    public Comparison(List<RecordedRun> first, List<RecordedRun> second) {
        this.first = first;
        this.second = second;
        Stream.concat(first.stream(), second.stream()).forEach(run -> keys.addAll(run.configuration().keySet()));
    }

    /** A row for each thing that differs, and for each outcome. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        addDifferent(rows, "configuration", keys, key -> run -> VariedKeys.value(run, key));
        Map<RecordedRun, Map<String, String>> environments = new LinkedHashMap<>();
        Stream.concat(first.stream(), second.stream()).forEach(run -> environments.put(run, environment(run)));
        Set<String> names = new LinkedHashSet<>();
        environments.values().forEach(environment -> names.addAll(environment.keySet()));
        names.removeAll(NOT_COMPARED);
        addDifferent(rows, "environment", names, name -> run -> environments.get(run).getOrDefault(name, "-"));
        Map<Map<String, String>, RecordedRun> ofFirst = byConfiguration(first);
        Map<Map<String, String>, RecordedRun> ofSecond = byConfiguration(second);
        Set<Map<String, String>> pairs = new LinkedHashSet<>(ofFirst.keySet());
        pairs.addAll(ofSecond.keySet());
        pairs.forEach(pair -> addOutcome(rows, label(pair), ofFirst.get(pair), ofSecond.get(pair)));
        addMeans(rows, pairs.stream().filter(ofFirst::containsKey).filter(ofSecond::containsKey).toList(),
                ofFirst, ofSecond);
        return rows;
    }

    private static Map<String, String> environment(RecordedRun run) {
        try {
            return EnvironmentFile.read(run.folder());
        } catch (RecordException e) {
            return Map.of();
        }
    }

    private void addDifferent(
            List<Row> rows, String section, Set<String> names, Function<String, Function<RecordedRun, String>> value) {
        for (String name : names) {
            Set<String> here = values(first, value.apply(name));
            Set<String> there = values(second, value.apply(name));
            if (!here.equals(there)) {
                rows.add(new Row(section, "", name, String.join(", ", here), String.join(", ", there), null, null));
            }
        }
    }

    private static Set<String> values(List<RecordedRun> runs, Function<RecordedRun, String> value) {
        return runs.stream().map(value).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The runs of a side by what they are paired by. */
    private Map<Map<String, String>, RecordedRun> byConfiguration(List<RecordedRun> runs) {
        List<String> paired = keys.stream().filter(key -> !isCompared(key) && isVaried(key)).toList();
        Map<Map<String, String>, RecordedRun> found = new LinkedHashMap<>();
        for (RecordedRun run : runs) {
            Map<String, String> pair = new LinkedHashMap<>();
            paired.forEach(key -> pair.put(key, VariedKeys.value(run, key)));
            found.putIfAbsent(pair, run);
        }
        return found;
    }

    /** Whether a key has one value on each side, and not the same. */
    private boolean isCompared(String key) {
        Set<String> here = values(first, run -> VariedKeys.value(run, key));
        Set<String> there = values(second, run -> VariedKeys.value(run, key));
        return here.size() == 1 && there.size() == 1 && !here.equals(there);
    }

    private boolean isVaried(String key) {
        return Stream.concat(first.stream(), second.stream()).map(run -> VariedKeys.value(run, key)).distinct()
                .count() > 1;
    }

    private static String label(Map<String, String> pair) {
        return pair.entrySet().stream()
                .map(entry -> VariedKeys.phrase(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void addOutcome(List<Row> rows, String label, RecordedRun here, RecordedRun there) {
        Map<String, Object> ofFirst = here == null ? Map.of() : RunResults.fields(here.result());
        Map<String, Object> ofSecond = there == null ? Map.of() : RunResults.fields(there.result());
        boolean finished = isFinished(here) && isFinished(there);
        for (String field : RunResults.outcomes()) {
            Object a = ofFirst.get(field);
            Object b = ofSecond.get(field);
            boolean numbers = finished && a instanceof Double && b instanceof Double;
            rows.add(new Row("outcome", label, field, a, b, numbers ? (Double) b - (Double) a : null, null));
        }
    }

    private static boolean isFinished(RecordedRun run) {
        return run != null && run.result().status() == RunStatus.FINISHED;
    }

    /** Of pairs that differ in nothing but the seed, the mean difference. */
    private static void addMeans(
            List<Row> rows,
            List<Map<String, String>> pairs,
            Map<Map<String, String>, RecordedRun> ofFirst,
            Map<Map<String, String>, RecordedRun> ofSecond) {
        Map<String, List<Map<String, String>>> groups = new LinkedHashMap<>();
        for (Map<String, String> pair : pairs) {
            Map<String, String> withoutSeed = new LinkedHashMap<>(pair);
            if (withoutSeed.remove(VariedKeys.SEED) != null) {
                groups.computeIfAbsent(label(withoutSeed), key -> new ArrayList<>()).add(pair);
            }
        }
        groups.forEach((label, group) -> {
            for (Metric metric : List.of(Metric.TEST_ACCURACY, Metric.TEST_LOSS, Metric.TRAIN_LOSS)) {
                addMean(rows, label, metric, group, ofFirst, ofSecond);
            }
        });
    }

    private static void addMean(
            List<Row> rows,
            String label,
            Metric metric,
            List<Map<String, String>> group,
            Map<Map<String, String>, RecordedRun> ofFirst,
            Map<Map<String, String>, RecordedRun> ofSecond) {
        Map<Long, Double> here = new TreeMap<>();
        Map<Long, Double> there = new TreeMap<>();
        for (Map<String, String> pair : group) {
            OptionalDouble a = finished(ofFirst.get(pair), metric);
            OptionalDouble b = finished(ofSecond.get(pair), metric);
            if (a.isPresent() && b.isPresent()) {
                here.put(ofFirst.get(pair).result().seed(), a.getAsDouble());
                there.put(ofFirst.get(pair).result().seed(), b.getAsDouble());
            }
        }
        Optional<MeanInterval> difference = MeanInterval.ofDifferences(there, here);
        difference.filter(mean -> mean.count() > 1).ifPresent(mean -> rows.add(new Row(
                "mean",
                label.isEmpty() ? mean.count() + " seeds" : label + ", " + mean.count() + " seeds",
                metric.field(),
                MeanInterval.of(here.values()).mean(),
                MeanInterval.of(there.values()).mean(),
                mean.mean(),
                mean.halfWidth().getAsDouble())));
    }

    private static OptionalDouble finished(RecordedRun run, Metric metric) {
        RunResult result = Objects.requireNonNull(run).result();
        return result.status() == RunStatus.FINISHED ? metric.outcome(result) : OptionalDouble.empty();
    }
}
