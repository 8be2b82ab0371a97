package dev.gossamer.experiment;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Executes one run after another: its engine is made ready and brought to where an earlier process left it, trains, and
 * everything is recorded. May be used by several threads at a time.
 *
 * @param data training and test images
 * @param engines makes the engine of each run
 * @param folder where the runs' folders are made
 * @param table takes the results
 * @param environment what is recorded about machine and program
 * @param execution where runs are placed, and how often a checkpoint is written
 * @param subscribers are told of all events, after they are recorded
 */
record RunExecutor(
        DataSet data,
        EngineFactory engines,
        ExperimentFolder folder,
        ResultTable table,
        Map<String, Object> environment,
        Execution execution,
        List<Consumer<RunEvent>> subscribers) {

    /**
     * Executes a run, to its end or until it is told to stop. A failure is a result.
     *
     * @param name the name of the run
     * @param lane its number among the runs side by side, from 0
     * @param stop asked now and then; true ends the run as interrupted
     * @throws RecordException if something cannot be recorded
     */
    RunResult execute(String name, RunConfiguration run, int lane, BooleanSupplier stop) {
        RunEvents events = new RunEvents(name, subscribers);
        EarlyNotes notes = new EarlyNotes(events);
        Optional<Checkpoint> checkpoint = folder.checkpoint(name, notes);
        RunConfiguration placed = execution.place(run, lane);
        ReplicaEngine engine;
        try {
            engine = ready(placed);
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            events.failed(e);
            try (RunFolder record = folder.open(name, run, checkpoint, environment, notes)) {
                RunEvents recorded = events.recordedBy(new Recorder(record, table));
                return end(run, failedBeforeTraining(record, checkpoint), recorded);
            }
        }
        Map<String, Object> known = environmentOf(placed, engine);
        try (engine; RunFolder record = folder.open(name, run, checkpoint, known, notes)) {
            RunEvents recorded = events.recordedBy(new Recorder(record, table));
            Outcome outcome = train(() -> {
                notes.check();
                return start(run, engine, record, checkpoint, recorded, stop);
            }, failedBeforeTraining(record, checkpoint), recorded);
            return end(run, outcome, recorded);
        }
    }

    /** An engine that is ready for the first step; where it cannot be made so, it is closed. */
    private ReplicaEngine ready(RunConfiguration run) {
        ReplicaEngine engine = engines.create(run, data);
        try {
            engine.gradients().prepare(run.optimization().batchSize());
            return engine;
        } catch (RuntimeException | Error e) {
            try (engine) {
                throw e;
            }
        }
    }

    private static Outcome failedBeforeTraining(RunFolder record, Optional<Checkpoint> checkpoint) {
        return new Outcome(RunStatus.FAILED, done(checkpoint), record.lastEvaluation(), OptionalDouble.empty());
    }

    /** A loop that goes on where an earlier process wrote the last checkpoint. */
    private TrainingLoop start(
            RunConfiguration run,
            ReplicaEngine engine,
            RunFolder record,
            Optional<Checkpoint> checkpoint,
            RunEvents events,
            BooleanSupplier stop) {
        long done = done(checkpoint);
        events.emit(new RunEvent.Started(
                events.run(), run, done, run.steps(data.train().size()), engine.description()));
        Checkpointing checkpointing = new Checkpointing(record, engine, events, execution.checkpointEvery());
        TrainingLoop loop = new TrainingLoop(run, data, engine, events, stop, checkpointing);
        checkpoint.ifPresent(found -> {
            loop.resume(done, Checkpointing.restore(found, engine), record.lastEvaluation());
            EngineEntries.of(engine).noteOthers(folder, events);
        });
        return loop;
    }

    private static long done(Optional<Checkpoint> checkpoint) {
        return checkpoint.map(found -> found.header().step()).orElse(0L);
    }

    /** Whatever fails but the record, subscribers included, fails the run, of which everyone is told. */
    private static Outcome train(Supplier<TrainingLoop> start, Outcome failedBefore, RunEvents events) {
        Supplier<Outcome> failed = () -> failedBefore;
        try {
            TrainingLoop loop = start.get();
            failed = () -> loop.outcome(RunStatus.FAILED);
            return loop.run();
        } catch (RecordException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            events.failed(e);
            return failed.get();
        }
    }

    private RunResult end(RunConfiguration run, Outcome outcome, RunEvents events) {
        RunResult result = outcome.result(folder.experiment(), run, data);
        events.emit(new RunEvent.Ended(events.run(), result));
        return result;
    }

    private Map<String, Object> environmentOf(RunConfiguration run, ReplicaEngine engine) {
        Map<String, Object> known = new LinkedHashMap<>(environment);
        EngineEntries.of(engine).addTo(known);
        known.putAll(engines.environment(run));
        known.put("parameters", engine.matrices().parameters());
        known.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return known;
    }
}
