package dev.gossamer.experiment;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the folder of an experiment holds of earlier processes. */
public final class EarlierRuns {

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
     * Those of a folder that is to be continued. Nothing is written before all that could be refused was looked at.
     *
     * @param experiment name of the experiment, as it is recorded
     * @param folder the experiment's folder
     * @param runs configurations by the {@link RunNames#in names} of their runs
     * @param data what the runs are of
     * @param warnings takes a sentence about each file of a run that has ended that is damaged or gone
     * @throws ConfigurationException if the folder is another experiment's, or has runs on other data or another graph
     *     of the same name, or a run was begun with another configuration
     * @throws RecordException if something cannot be read, or is gone
     */
    public static EarlierRuns in(
            String experiment,
            Path folder,
            Map<String, RunConfiguration> runs,
            DataSet data,
            Consumer<String> warnings) {
        Set<String> names = new LinkedHashSet<>(runs.keySet());
        names.addAll(RunNames.folders(folder));
        Map<String, EndedRun> ended = new LinkedHashMap<>();
        for (String name : names) {
            ended.put(name, EndedRun.in(folder.resolve(name), Optional.ofNullable(runs.get(name)), warnings));
        }
        ended.values().forEach(run -> run.rejectOther(experiment));
        new ResumeCheck(folder, data.fingerprint(), warnings).reject(runs, ended);
        Map<String, RunResult> results = new LinkedHashMap<>();
        ended.forEach((name, run) -> run.mended(data).ifPresent(result -> results.put(name, result)));
        LearningRateAccuracy.prepare(folder, warnings);
        return new EarlierRuns(true, results);
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
