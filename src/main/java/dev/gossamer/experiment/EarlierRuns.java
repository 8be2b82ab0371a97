package dev.gossamer.experiment;

import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
     * @param runs configurations by the name of the run
     * @param fingerprint that of the data
     * @throws ConfigurationException if the folder is another experiment's, or a run was begun with another
     *     configuration, or on other data
     * @throws RecordException if something cannot be read, or is gone
     */
    public static EarlierRuns in(
            String experiment, Path folder, Map<String, RunConfiguration> runs, String fingerprint) {
        runs.forEach((name, run) -> rejectDifferences(folder.resolve(name), name, run, fingerprint));
        Map<String, RunResult> results = new LinkedHashMap<>();
        for (String name : names(folder, runs.keySet())) {
            RunFolder.result(folder.resolve(name)).ifPresent(result -> results.put(name, result));
        }
        rejectOthers(experiment, folder, results);
        return new EarlierRuns(true, results);
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
            if (!isFree(key, run) && !Objects.equals(recorded.get(key), now.get(key))) {
                differences.add(key + " was " + recorded.getOrDefault(key, NONE) + " and is "
                        + now.getOrDefault(key, NONE));
            }
        }
        RunFolder.environment(folder, RunFolder.FINGERPRINT).filter(before -> !before.equals(fingerprint))
                .ifPresent(before -> differences.add("the data had the fingerprint " + before + " and have "
                        + fingerprint));
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
    private static boolean isFree(String key, RunConfiguration run) {
        return key.equals(Key.DEVICES.toString()) || key.equals(Key.THREADS.toString()) && run.workers() > 1;
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
