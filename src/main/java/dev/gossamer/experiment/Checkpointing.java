package dev.gossamer.experiment;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.CheckpointHeader;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Writes the state of a run to its folder, every few minutes and at the end. */
final class Checkpointing {

    private final RunFolder record;
    private final ReplicaEngine engine;
    private final RunEvents events;
    private final Duration interval;
    private long last = System.nanoTime();

    /**
     * @param record the run's folder
     * @param engine holds the matrices
     * @param events takes that a checkpoint is written
     * @param interval time from one checkpoint to the start of the next; zero for none at all, also at the end
     */
    Checkpointing(RunFolder record, ReplicaEngine engine, RunEvents events, Duration interval) {
        this.record = record;
        this.engine = engine;
        this.events = events;
        this.interval = interval;
    }

    /** Writes none. */
    static Checkpointing never() {
        return new Checkpointing(null, null, null, Duration.ZERO);
    }

    /** Gives an engine the matrices of a checkpoint; what was measured before it. */
    static Checkpoint.Measured restore(Checkpoint checkpoint, ReplicaEngine engine) {
        CheckpointHeader header = checkpoint.header();
        if (header.workers() != engine.matrices().workers()
                || header.parameters() != engine.matrices().parameters()
                || !header.matrices().equals(names(engine))) {
            throw new RecordException(String.format(Locale.ROOT,
                    "the checkpoint is of %d workers with %d parameters, %s, and cannot be continued with %d of %d, %s",
                    header.workers(), header.parameters(), header.matrices(),
                    engine.matrices().workers(), engine.matrices().parameters(), names(engine)));
        }
        List<Kept> kept = engine.matrices().rule().kept();
        return checkpoint.restore(
                (matrix, worker, values) -> engine.matrices().write(kept.get(matrix), worker, values));
    }

    private static List<String> names(ReplicaEngine engine) {
        return engine.matrices().rule().kept().stream().map(Kept::name).toList();
    }

    /** After a step and the evaluation that belongs to it, or a repetition: writes a checkpoint where it is time. */
    void stepped(long steps, Supplier<Checkpoint.Measured> measured) {
        if (!interval.isZero() && Duration.ofNanos(System.nanoTime() - last).compareTo(interval) >= 0) {
            write(steps, measured.get(), false);
        }
    }

    /** At the end of a run. */
    void ended(long steps, Checkpoint.Measured measured, RunStatus status) {
        if (!interval.isZero()) {
            write(steps, measured, status.isFinal());
        }
    }

    private void write(long steps, Checkpoint.Measured measured, boolean isLast) {
        List<Kept> kept = engine.matrices().rule().kept();
        record.checkpoint(steps, engine.matrices().workers(), engine.matrices().parameters(), names(engine),
                (matrix, worker, values) -> engine.matrices().read(kept.get(matrix), worker, values), measured, isLast);
        last = System.nanoTime();
        events.emit(new RunEvent.CheckpointWritten(events.run(), steps, isLast));
    }
}
