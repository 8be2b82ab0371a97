package dev.gossamer.experiment;

import dev.gossamer.data.DataSet;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What the folder of an experiment holds of earlier processes. */
public final class EarlierRuns {

    private static final String NONE = "none";

    private final boolean resumed;
    private final Map<String, RunResult> results;

    private EarlierRuns(boolean resumed, Map<String, RunResult> results) {
        this.resumed = resumed;
        this.results = results;
    }

    /** Those of a new folder. */
    public static EarlierRuns none() {
        return new EarlierRuns(false, Map.of());
    }

    /**
     * Those of a folder that is to be continued.
     *
     * @param experiment name of the experiment, as it is recorded
     * @param folder the experiment's folder
     * @param runs configurations by the {@link #named name} of the run
     * @param data what the runs are of
     * @param warnings takes a sentence about each file of a run that has ended that is damaged or gone
     * @throws ConfigurationException if the folder is another experiment's, or a run was begun with another
     *     configuration, or on other data
     * @throws RecordException if something cannot be read, or is gone
     */
    public static EarlierRuns in(
            String experiment,
            Path folder,
            Map<String, RunConfiguration> runs,
            DataSet data,
            Consumer<String> warnings) {
        runs.forEach((name, run) -> rejectDifferences(folder.resolve(name), name, run, data.fingerprint()));
        runs.forEach((name, run) -> checkGraph(folder.resolve(name), name, run, warnings));
        Map<String, RunResult> results = new LinkedHashMap<>();
        for (String name : names(folder, runs.keySet())) {
            result(folder.resolve(name), Optional.ofNullable(runs.get(name)), data, warnings)
                    .ifPresent(result -> results.put(name, result));
        }
        rejectOthers(experiment, folder, results);
        LearningRateAccuracy.prepare(folder, warnings);
        return new EarlierRuns(true, results);
    }

    private static void checkGraph(Path folder, String name, RunConfiguration run, Consumer<String> warnings) {
        if (!Files.exists(folder.resolve(RunFolder.ENVIRONMENT)) || run.topology().graph().isEmpty()) {
            return;
        }
        if (RunFolder.environment(folder, RunFolder.TOPOLOGY_FINGERPRINT).isEmpty()) {
            warnings.accept(name + " was begun by a version that did not record its graph; it goes on with "
                    + run.topology() + " as it is now");
        }
        Sweep.keepGraph(folder, run, warnings);
    }

    /** The result of a run; empty where it has not ended, or can be ended again to have whole records. */
    private static Optional<RunResult> result(
            Path folder, Optional<RunConfiguration> planned, DataSet data, Consumer<String> warnings) {
        try {
            Optional<RunResult> result = RunFolder.result(folder);
            boolean again = planned.isPresent()
                    && result.filter(found -> found.status().isFinal()).isPresent()
                    && !isWhole(folder, planned.get(), result.get(), data, warnings);
            return again && canEndAgain(folder, warnings) ? Optional.empty() : result;
        } catch (RecordException e) {
            if (planned.isPresent() && canEndAgain(folder, warnings)) {
                warnings.accept(e.getMessage() + "; it is made again from the last checkpoint");
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isWhole(
            Path folder, RunConfiguration run, RunResult result, DataSet data, Consumer<String> warnings) {
        return RunFolder.check(folder, result, warnings) & isOfMetrics(folder, run, result, data, warnings);
    }

    /** Whether a summary says what the last evaluation gave, as far as rounding of other versions allows. */
    private static boolean isOfMetrics(
            Path folder, RunConfiguration run, RunResult result, DataSet data, Consumer<String> warnings) {
        List<MetricsRow> rows;
        try {
            rows = RunFolder.lastEvaluation(folder);
        } catch (RecordException e) {
            return true; // told of already
        }
        RunResult expected = new Outcome(result.status(), result.steps(), rows, result.imagesPerSecond())
                .result(result.experiment(), run, data);
        if (expected.isNearly(result)) {
            return true;
        }
        warnings.accept(folder.getFileName() + " has ended, but its " + RunFolder.SUMMARY + " is not what its "
                + RunFolder.METRICS + " and " + RunFolder.CONFIGURATION + " say");
        return false;
    }

    private static boolean canEndAgain(Path folder, Consumer<String> warnings) {
        return RunFolder.newestCheckpoint(folder, warnings).isPresent();
    }

    /**
     * The configurations by the names of their runs in a folder. A run that is there already is known by its
     * configuration and has its name of then, which may be another one: names hold what differs from run to run.
     *
     * @param folder the experiment's folder
     * @param runs configurations by the names that new runs have
     */
    public static Map<String, RunConfiguration> named(Path folder, Map<String, RunConfiguration> runs) {
        Map<Map<String, String>, TreeSet<String>> there = new HashMap<>();
        for (String name : names(folder, Set.of())) {
            identity(folder.resolve(name)).ifPresent(
                    known -> there.computeIfAbsent(known, missing -> new TreeSet<>()).add(name));
        }
        Map<String, TreeSet<String>> candidates = new LinkedHashMap<>();
        runs.forEach((name, run) -> candidates.put(name, there.getOrDefault(identity(run), new TreeSet<>())));
        Set<String> unchanged = new HashSet<>();
        candidates.forEach((name, names) -> {
            if (names.remove(name)) {
                unchanged.add(name);
            }
        });
        Map<String, RunConfiguration> named = new LinkedHashMap<>();
        runs.forEach((name, run) -> {
            String other = unchanged.contains(name) ? name : candidates.get(name).pollFirst();
            named.put(other == null ? name : other, other == null ? run : asRecorded(folder.resolve(other), run));
        });
        return named;
    }

    /** The configuration with the name that its topology has in a folder. */
    private static RunConfiguration asRecorded(Path folder, RunConfiguration run) {
        return run.with(run.topology().named(RunFolder.configuration(folder).get(Key.TOPOLOGY.toString())));
    }

    private static Map<String, String> identity(RunConfiguration run) {
        return identity(RunFolder.texts(run.toMap()), run.topology().fingerprint());
    }

    /** What decides the run of a folder; empty where that is not known. */
    private static Optional<Map<String, String>> identity(Path folder) {
        try {
            Map<String, String> recorded = RunFolder.configuration(folder);
            Optional<String> graph = RunFolder.environment(folder, RunFolder.TOPOLOGY_FINGERPRINT);
            return recorded.containsKey(Key.TOPOLOGY.toString())
                    ? Optional.of(identity(recorded, graph))
                    : Optional.empty();
        } catch (RecordException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> identity(Map<String, String> configuration, Optional<String> graph) {
        Map<String, String> identity = new HashMap<>(configuration);
        identity.keySet().removeIf(key -> isFree(key, configuration));
        identity.computeIfPresent(Key.TOPOLOGY.toString(), (key, name) -> Topology.content(name, graph));
        return identity;
    }

    /** The runs to do, in their order, and then others that there are folders of. */
    private static Set<String> names(Path folder, Set<String> runs) {
        Set<String> names = new LinkedHashSet<>(runs);
        try (Stream<Path> found = Files.list(folder)) {
            found.filter(Files::isDirectory).map(path -> path.getFileName().toString()).sorted().forEach(names::add);
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
        return names;
    }

    private static void rejectOthers(String experiment, Path folder, Map<String, RunResult> results) {
        for (RunResult result : results.values()) {
            if (!result.experiment().equals(experiment)) {
                throw new ConfigurationException("results folder " + folder + " is of " + result.experiment()
                        + " and cannot be resumed with " + experiment + "; without --resume a new one is made");
            }
        }
    }

    private static void rejectDifferences(Path folder, String name, RunConfiguration run, String fingerprint) {
        Map<String, String> recorded = RunFolder.configuration(folder);
        if (recorded.isEmpty()) {
            rejectRecordWithoutConfiguration(folder, name);
            return;
        }
        Map<String, String> now = RunFolder.texts(run.toMap());
        Set<String> keys = new LinkedHashSet<>(now.keySet());
        keys.addAll(recorded.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            if (!isFree(key, now) && !Objects.equals(recorded.get(key), now.get(key))) {
                differences.add(key + " was " + recorded.getOrDefault(key, NONE) + " and is "
                        + now.getOrDefault(key, NONE));
            }
        }
        RunFolder.environment(folder, RunFolder.FINGERPRINT).filter(before -> !before.equals(fingerprint))
                .ifPresent(before -> differences.add("the data had the fingerprint " + before + " and have "
                        + fingerprint));
        RunFolder.environment(folder, RunFolder.TOPOLOGY_FINGERPRINT)
                .filter(before -> !Optional.of(before).equals(run.topology().fingerprint()))
                .ifPresent(before -> differences.add("the graph of " + run.topology() + " had the fingerprint " + before
                        + " and has " + run.topology().fingerprint().orElse(NONE)));
        if (!differences.isEmpty()) {
            throw new ConfigurationException("run " + name + " cannot be resumed with another configuration: "
                    + String.join("; ", differences) + "; give the values that it was started with");
        }
    }

    /** A run that was killed while its folder was made has neither file. */
    private static void rejectRecordWithoutConfiguration(Path folder, String name) {
        if (Files.exists(folder.resolve(RunFolder.METRICS))) {
            throw new RecordException("run " + name + " cannot be resumed, because its " + RunFolder.CONFIGURATION
                    + " is gone; put it back, or remove " + folder + " to do the run anew");
        }
    }

    /** Whether a value may differ, because it does not change results. */
    private static boolean isFree(String key, Map<String, String> configuration) {
        return key.equals(Key.DEVICES.toString())
                || key.equals(Key.THREADS.toString()) && !"1".equals(configuration.get(Key.WORKERS.toString()));
    }

    /** Whether runs that have not ended are continued, or begun anew where that is not possible. */
    boolean isResumed() {
        return resumed;
    }

    /** Whether a run needs no more steps. */
    boolean isFinal(String name) {
        return results.containsKey(name) && results.get(name).status().isFinal();
    }

    /** Results of runs that have ended, by name; runs that have not ended are not among them. */
    public Map<String, RunResult> results() {
        return results;
    }

    /** The runs that need no more steps, as they are recorded. */
    public List<RecordedRun> finished(Path folder) {
        return results.entrySet().stream()
                .filter(run -> run.getValue().status().isFinal())
                .map(run -> new RecordedRun(folder.resolve(run.getKey()), run.getValue(),
                        RunFolder.configuration(folder.resolve(run.getKey()))))
                .toList();
    }
}
