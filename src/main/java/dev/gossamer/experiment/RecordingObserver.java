package dev.gossamer.experiment;

import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.WorkerCovariance;
import java.util.List;

/** Writes every evaluation to the run's folder before it passes it on. */
final class RecordingObserver implements RunObserver {

    private final RunFolder record;
    private final RunObserver next;

    RecordingObserver(RunFolder record, RunObserver next) {
        this.record = record;
        this.next = next;
    }

    @Override
    public void stepped(long steps, double loss, double seconds) {
        next.stepped(steps, loss, seconds);
    }

    @Override
    public void evaluating(int done, int total) {
        next.evaluating(done, total);
    }

    @Override
    public void repeating(int done, int total) {
        next.repeating(done, total);
    }

    @Override
    public void measured(WorkerCovariance covariance) {
        covariance.write(record.path());
        next.measured(covariance);
    }

    @Override
    public void evaluated(List<MetricsRow> rows) {
        record.append(rows);
        next.evaluated(rows);
    }
}
