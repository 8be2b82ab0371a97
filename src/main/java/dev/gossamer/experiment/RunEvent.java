package dev.gossamer.experiment;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.WorkerCovariance;
import java.util.List;
import java.util.Optional;

/**
 * What happens in a run. A run that trains is {@link Started}, and every run is {@link Ended}, unless something could
 * not be recorded before, which ends the sweep; before, between and after the steps are the others.
 */
public sealed interface RunEvent {

    /** Name of the run. */
    String run();

    /**
     * Training starts, or goes on.
     *
     * @param run name of the run
     * @param configuration what it does
     * @param done number of steps done by earlier processes, as a rule 0
     * @param steps number of its steps
     * @param engine engine, backend and device in words
     */
    record Started(String run, RunConfiguration configuration, long done, long steps, String engine)
            implements RunEvent {}

    /**
     * A training step is done.
     *
     * @param run name of the run
     * @param steps steps done so far
     * @param loss training loss, averaged over the workers
     * @param seconds duration of the step
     */
    record Stepped(String run, long steps, double loss, double seconds) implements RunEvent {}

    /**
     * An evaluation is going on; it may take much longer than a step.
     *
     * @param run name of the run
     * @param done number of scores that are done, one for each evaluated worker and split
     * @param total number of scores of the evaluation
     */
    record Evaluating(String run, int done, int total) implements RunEvent {}

    /**
     * An evaluation is done.
     *
     * @param run name of the run
     * @param rows what it gave, all of the same step
     * @param confusion what the mean model takes the test images for; empty before the last step, and where there are
     *     more classes than {@link ConfusionMatrix#MOST_CLASSES}
     */
    record Evaluated(String run, List<MetricsRow> rows, Optional<ConfusionMatrix> confusion) implements RunEvent {}

    /**
     * The covariance between workers is being measured.
     *
     * @param run name of the run
     * @param done number of repetitions that are done
     * @param total number of repetitions
     */
    record Repeating(String run, int done, int total) implements RunEvent {}

    /**
     * The covariance between workers is measured.
     *
     * @param run name of the run
     * @param covariance what was measured
     */
    record CovarianceMeasured(String run, WorkerCovariance covariance) implements RunEvent {}

    /**
     * The state of the run is on the disk, so that it can be continued from there.
     *
     * @param run name of the run
     * @param steps steps done so far
     * @param last whether it is that of a run that needs no other any more
     */
    record CheckpointWritten(String run, long steps, boolean last) implements RunEvent {}

    /**
     * There is something the user should know.
     *
     * @param run name of the run
     * @param sentence one sentence
     */
    record Noted(String run, String sentence) implements RunEvent {}

    /**
     * The run failed; {@link Ended} follows. Everyone is told, even where a subscriber before fails.
     *
     * @param run name of the run
     * @param failure what ended it
     */
    record Failed(String run, Throwable failure) implements RunEvent {}

    /**
     * The run ended, as the last of its events. It is recorded, unless that failed, which ends the sweep after this.
     *
     * @param run name of the run
     * @param result how it ended
     */
    record Ended(String run, RunResult result) implements RunEvent {}
}
