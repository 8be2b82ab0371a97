package dev.gossamer.experiment;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The folder of a run that may have ended.
 *
 * @param folder the folder, which need not exist
 * @param planned the configuration, where the run is one of those to do
 * @param result its result, where it has ended
 * @param damage why there is no result although there should be one
 * @param warnings takes a sentence about each file that is damaged or gone
 */
record EndedRun(
        Path folder,
        Optional<RunConfiguration> planned,
        Optional<RunResult> result,
        Optional<RecordException> damage,
        Consumer<String> warnings) {

    /** Reads the result. */
    static EndedRun in(Path folder, Optional<RunConfiguration> planned, Consumer<String> warnings) {
        try {
            return new EndedRun(folder, planned, RunFolder.result(folder), Optional.empty(), warnings);
        } catch (RecordException e) {
            return new EndedRun(folder, planned, Optional.empty(), Optional.of(e), warnings);
        }
    }

    /** Whether it needs no more steps. */
    boolean isFinal() {
        return result.filter(found -> found.status().isFinal()).isPresent();
    }

    /**
     * Rejects a run of another experiment.
     *
     * @throws ConfigurationException if it is one
     */
    void rejectOther(String experiment) {
        if (result.isPresent() && !result.get().experiment().equals(experiment)) {
            throw new ConfigurationException("results folder " + folder.getParent() + " is of "
                    + result.get().experiment() + " and cannot be resumed with " + experiment
                    + "; without --resume a new one is made");
        }
    }

    /**
     * The result, after files that are damaged or gone were made again as far as possible; empty where the run has not
     * ended, or has to be ended again from its last checkpoint to have all its files.
     *
     * @param data what the run is of
     * @throws RecordException if it cannot be read, nor be had in that way
     */
    Optional<RunResult> mended(DataSet data) {
        if (damage.isPresent()) {
            if (planned.isEmpty() || !canEndAgain()) {
                throw damage.get();
            }
            warnings.accept(damage.get().getMessage() + "; it is made again from the last checkpoint");
            return Optional.empty();
        }
        if (planned.isEmpty() || !isFinal() || isWhole(data)) {
            return result;
        }
        if (canEndAgain()) {
            return Optional.empty();
        }
        warnings.accept(folder.getFileName() + " has ended, and has no checkpoint to make its files again from");
        return result;
    }

    private boolean canEndAgain() {
        return RunFolder.newestCheckpoint(folder, warnings).isPresent();
    }

    private boolean isWhole(DataSet data) {
        planned.orElseThrow().gossip().topology().recorded()
                .ifPresent(graph -> RunFolder.keepGraph(folder, graph, warnings));
        return RunFolder.check(folder, result.orElseThrow(), warnings) & isOfMetrics(data);
    }

    /** Whether the summary says what the last evaluation gave, as far as rounding of other versions allows. */
    private boolean isOfMetrics(DataSet data) {
        List<MetricsRow> rows;
        try {
            rows = RunFolder.lastEvaluation(folder);
        } catch (RecordException e) {
            return true; // told of already
        }
        RunConfiguration run = planned.orElseThrow();
        RunResult said = result.orElseThrow();
        if (rows.isEmpty() && said.testLoss().isEmpty()) {
            return true; // told to stop before it was evaluated
        }
        long steps = rows.isEmpty() ? 0 : rows.get(0).step();
        long all = run.steps(data.train().size());
        RunStatus status = steps < all || !rows.isEmpty() && Evaluation.diverged(rows, run) ? RunStatus.DIVERGED
                : run.covariance().repetitions() == 0 ? RunStatus.FINISHED : said.status();
        RunResult expected = new Outcome(status, steps, rows, said.imagesPerSecond())
                .result(said.experiment(), run, data);
        if (expected.isNearly(said)) {
            return true;
        }
        warnings.accept(folder.getFileName() + " has ended, but its " + RunFolder.SUMMARY + " is not what its "
                + RunFolder.METRICS + " and " + RunFolder.CONFIGURATION + " say");
        return false;
    }
}
