package dev.gossamer.experiment;

import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.WorkerCovariance;
import java.util.List;

/** Is told how a run goes, by the thread that trains. */
public interface RunObserver {

    /**
     * A training step is done.
     *
     * @param steps steps done so far
     * @param loss training loss, averaged over the workers
     * @param seconds duration of the step
     */
    void stepped(long steps, double loss, double seconds);

    /**
     * An evaluation is going on; it may take much longer than a step.
     *
     * @param done number of scores that are done, one for each evaluated worker and split
     * @param total number of scores of the evaluation
     */
    default void evaluating(int done, int total) {}

    /**
     * The covariance between workers is being measured.
     *
     * @param done number of repetitions that are done
     * @param total number of repetitions
     */
    default void repeating(int done, int total) {}

    /** The covariance between workers is measured. */
    default void measured(WorkerCovariance covariance) {}

    /** An evaluation is done. */
    void evaluated(List<MetricsRow> rows);
}
