package dev.gossamer.experiment;

import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import java.util.function.Consumer;

/** Writes what happens in a run to its folder, and its result to the table of the experiment as well. */
final class Recorder implements Consumer<RunEvent> {

    private final RunFolder record;
    private final ResultTable table;

    /**
     * @param record the run's folder, which the caller closes
     * @param table takes the result
     */
    Recorder(RunFolder record, ResultTable table) {
        this.record = record;
        this.table = table;
    }

    /** @throws RecordException if it cannot be written, which ends the sweep */
    @Override
    public void accept(RunEvent event) {
        if (event instanceof RunEvent.Evaluated evaluated) {
            record.append(evaluated.rows());
            evaluated.confusion().ifPresent(confusion -> confusion.write(record.path()));
        } else if (event instanceof RunEvent.CovarianceMeasured measured) {
            measured.covariance().write(record.path());
        } else if (event instanceof RunEvent.Ended ended) {
            record.finish(ended.result());
            table.put(ended.run(), ended.result());
        }
    }
}
