package dev.gossamer.experiment;

import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.ReplicaEngine.State;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.CheckpointHeader;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Writes the state of a run to its folder, every few minutes and at the end. */
final class Checkpointing {

    private final RunFolder record;
    private final ReplicaEngine engine;
    private final Duration interval;
    private long last = System.nanoTime();

    /**
     * @param record the run's folder
     * @param engine holds the matrices
     * @param interval time from one checkpoint to the start of the next; zero for none at all, also at the end
     */
    Checkpointing(RunFolder record, ReplicaEngine engine, Duration interval) {
        this.record = record;
        this.engine = engine;
        this.interval = interval;
    }

    /** Writes none. */
    static Checkpointing never() {
        return new Checkpointing(null, null, Duration.ZERO);
    }

    /** Gives an engine the matrices of a checkpoint; the durations of the steps before it, in seconds. */
    static double[] restore(Checkpoint checkpoint, ReplicaEngine engine) {
        CheckpointHeader header = checkpoint.header();
        if (header.workers() != engine.workers()
                || header.parameters() != engine.parameters()
                || !header.matrices().equals(names(engine))) {
            throw new RecordException(String.format(Locale.ROOT,
                    "the checkpoint is of %d workers with %d parameters, %s, and cannot be continued with %d of %d, %s",
                    header.workers(), header.parameters(), header.matrices(),
                    engine.workers(), engine.parameters(), names(engine)));
        }
        List<State> state = engine.state();
        return checkpoint.restore((matrix, worker, values) -> engine.write(state.get(matrix), worker, values));
    }

    private static List<String> names(ReplicaEngine engine) {
        return engine.state().stream().map(matrix -> matrix.name().toLowerCase(Locale.ROOT)).toList();
    }

    /** After a step and the evaluation that belongs to it: writes a checkpoint where it is time. */
    void stepped(long steps, StepTimes times) {
        if (!interval.isZero() && Duration.ofNanos(System.nanoTime() - last).compareTo(interval) >= 0) {
            write(steps, times, false);
        }
    }

    /** At the end of a run. */
    void ended(long steps, StepTimes times, RunStatus status) {
        if (!interval.isZero()) {
            write(steps, times, status.isFinal());
        }
    }

    private void write(long steps, StepTimes times, boolean isLast) {
        List<State> state = engine.state();
        record.checkpoint(steps, engine.workers(), engine.parameters(), names(engine),
                (matrix, worker, values) -> engine.read(state.get(matrix), worker, values), times.all(), isLast);
        last = System.nanoTime();
    }
}
