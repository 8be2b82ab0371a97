package dev.gossamer.experiment;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.RunFolder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The folder of an experiment, in which each run has one of its own.
 *
 * @param experiment name of the experiment, as it is recorded
 * @param path where it is; it exists
 * @param earlier what it holds already
 */
public record ExperimentFolder(String experiment, Path path, EarlierRuns earlier) {

    /** The table of results, with those of earlier processes, in the order of the runs. */
    ResultTable table(Collection<String> runs) {
        return new ResultTable(path, runs, earlier.results());
    }

    /**
     * Where a run is continued from.
     *
     * @param notes takes what the user should know, in sentences
     */
    Optional<Checkpoint> checkpoint(String run, Consumer<String> notes) {
        return earlier.isResumed() ? RunFolder.newestCheckpoint(path.resolve(run), notes) : Optional.empty();
    }

    /**
     * Opens the folder of a run, new, or cut off after the checkpoint that it is continued from.
     *
     * @param environment what is recorded about machine and program
     * @param notes takes what the user should know, in sentences
     */
    RunFolder open(
            String name, RunConfiguration run, Optional<Checkpoint> checkpoint, Map<String, Object> environment,
            Consumer<String> notes) {
        Path folder = path.resolve(name);
        Map<String, Object> all = new LinkedHashMap<>(environment);
        run.gossip().topology().fingerprint().ifPresent(graph -> all.put(RunFolder.TOPOLOGY_FINGERPRINT, graph));
        run.sampling().partition().fingerprint()
                .ifPresent(parts -> all.put(RunFolder.PARTITION_FINGERPRINT, parts));
        run.network().model().fingerprint().ifPresent(model -> all.put(RunFolder.MODEL_FINGERPRINT, model));
        RunFolder record = checkpoint.isPresent()
                ? RunFolder.reopen(folder, checkpoint.get(), all, notes)
                : begin(folder, run, all, notes);
        run.gossip().topology().recorded().ifPresent(graph -> RunFolder.keepGraph(folder, graph, notes));
        return record;
    }

    private RunFolder begin(
            Path folder, RunConfiguration run, Map<String, Object> environment, Consumer<String> notes) {
        return earlier.isResumed()
                ? RunFolder.restart(folder, run.toMap(), environment, notes)
                : RunFolder.create(folder, run.toMap(), environment);
    }

    /** What the record of a run says about machine and program. */
    Optional<String> environment(String run, String entry) {
        return RunFolder.environment(path.resolve(run), entry);
    }
}
