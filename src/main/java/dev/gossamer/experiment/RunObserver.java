package dev.gossamer.experiment;

import dev.gossamer.record.MetricsRow;
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

    /** An evaluation is done. */
    void evaluated(List<MetricsRow> rows);
}
