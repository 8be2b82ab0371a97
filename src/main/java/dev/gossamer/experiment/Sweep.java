package dev.gossamer.experiment;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.topology.GraphFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Executes the runs of an experiment, one after another or side by side, and records each in a folder of its own. A run
 * that diverges or fails is a result; the others go on. Runs that an earlier process left unfinished are continued.
 */
public final class Sweep {

    private static final String ENGINE = "engine";
    private static final String WAYS = "convolution_ways";

    private final String experiment;
    private final Map<String, RunConfiguration> runs;
    private final DataSet data;
    private final EngineFactory engines;
    private final Path folder;
    private final Map<String, Object> environment;
    private final Execution execution;
    private final EarlierRuns earlier;

    /**
     * @param experiment name of the experiment, as it is recorded
     * @param runs configurations by the name of the run, in order
     * @param data training and test images
     * @param engines makes the engine of each run
     * @param folder where the runs' folders are made; it exists
     * @param environment what is recorded about machine and program
     * @param execution how many runs side by side, and how often a checkpoint is written
     * @param earlier what the folder holds already
     */
    public Sweep(
            String experiment,
            Map<String, RunConfiguration> runs,
            DataSet data,
            EngineFactory engines,
            Path folder,
            Map<String, Object> environment,
            Execution execution,
            EarlierRuns earlier) {
        this.experiment = experiment;
        this.runs = runs;
        this.data = data;
        this.engines = engines;
        this.folder = folder;
        this.environment = environment;
        this.execution = execution;
        this.earlier = earlier;
    }

    /**
     * Checks whether configurations fit images, before these are there.
     *
     * @param images shape of the images
     * @param classes number of classes
     * @param execution how many runs side by side
     * @throws ConfigurationException if a run's model or batches are impossible
     * @throws MemoryException if there is not enough memory
     */
    public static void check(
            Map<String, RunConfiguration> runs,
            ImageShape images,
            int classes,
            EngineFactory engines,
            Execution execution) {
        for (int lane = 0; lane < execution.places(); lane++) {
            for (RunConfiguration run : runs.values()) {
                engines.check(execution.place(run, lane), images, classes);
            }
        }
        for (RunConfiguration run : runs.values()) {
            int most = Integer.MAX_VALUE / Float.BYTES / images.size();
            if ((long) run.gossip().workers() * run.optimization().batchSize() > most) {
                throw new ConfigurationException("workers x batch-size must be at most " + most
                        + " for these images, got " + run.gossip().workers() + " x " + run.optimization().batchSize());
            }
        }
        if (execution.parallel() > 1) {
            checkTogether(runs, images, classes, engines, execution);
        }
    }

    /**
     * Opens the devices of runs that were checked.
     *
     * @throws ConfigurationException if one cannot be opened and a run insists on it, or another one cannot take its
     *     place
     */
    public static void open(Map<String, RunConfiguration> runs, EngineFactory engines, Execution execution) {
        for (int lane = 0; lane < execution.places(); lane++) {
            for (RunConfiguration run : runs.values()) {
                engines.open(execution.place(run, lane));
            }
        }
    }

    /** Whether there is memory for those runs side by side that need most. */
    private static void checkTogether(
            Map<String, RunConfiguration> runs,
            ImageShape images,
            int classes,
            EngineFactory engines,
            Execution execution) {
        long needed = runs.values().stream()
                .map(run -> engines.memory(execution.place(run, 0), images, classes))
                .sorted(Comparator.reverseOrder())
                .limit(execution.parallel())
                .mapToLong(Long::longValue)
                .sum();
        long available = engines.availableMemory();
        if (needed > available) {
            throw new MemoryException(String.format(Locale.ROOT,
                    "%d runs side by side need about %.1f GB of memory, but %.1f GB are available; make parallel"
                            + " smaller",
                    Math.min(execution.parallel(), runs.size()), needed / 1e9, Math.max(0, available) / 1e9));
        }
    }

    /**
     * Checks whether there are enough images for configurations.
     *
     * @param trainImages number of training images there are
     * @throws ConfigurationException if a run would have no step, or its partition is impossible
     */
    public static void checkNumber(Map<String, RunConfiguration> runs, int trainImages) {
        for (RunConfiguration run : runs.values()) {
            run.steps(trainImages);
            int images = run.sampling().trainImages(trainImages);
            if (!run.sampling().partition().equals(Partition.SHARED) && images < run.gossip().workers()) {
                throw new ConfigurationException("partition " + run.sampling().partition() + " needs at least as many training"
                        + " images as workers, got " + images + " for " + run.gossip().workers());
            }
        }
    }

    /**
     * Executes the runs that need more steps.
     *
     * @param observer is told how it goes
     * @param stop asked now and then; true ends the current runs as interrupted and starts no other
     * @return the results of the runs that were started, in the order in which they ended
     * @throws RecordException if something cannot be recorded; what was recorded before stays
     */
    public List<RunResult> run(SweepObserver observer, BooleanSupplier stop) {
        ResultTable table = new ResultTable(folder, runs.keySet(), earlier.results());
        List<RunResult> results = Collections.synchronizedList(new ArrayList<>());
        for (Queue<String> waiting : groups()) {
            new SideBySide(Math.min(execution.parallel(), waiting.size())).run(stop, (ended, lane) -> {
                while (!ended.getAsBoolean()) {
                    String name = waiting.poll();
                    if (name == null) {
                        break;
                    }
                    results.add(execute(name, runs.get(name), lane, table, observer, ended));
                }
            });
        }
        return results;
    }

    /** The runs to do: one group where they are executed one by one, else those that can go on at the same time. */
    private Collection<Queue<String>> groups() {
        Map<Integer, Queue<String>> groups = new LinkedHashMap<>();
        runs.forEach((name, run) -> {
            if (!earlier.isFinal(name)) {
                int group = execution.parallel() == 1 ? 1 : run.operationThreads();
                groups.computeIfAbsent(group, missing -> new ConcurrentLinkedQueue<>()).add(name);
            }
        });
        return groups.values();
    }

    private RunResult execute(
            String name,
            RunConfiguration run,
            int lane,
            ResultTable table,
            SweepObserver observer,
            BooleanSupplier stop) {
        Optional<Checkpoint> checkpoint = checkpoint(name, observer);
        RunConfiguration placed = execution.place(run, lane);
        ReplicaEngine engine;
        try {
            engine = prepared(placed);
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            observer.failed(name, e);
            try (RunFolder record = open(name, run, checkpoint, environment, observer)) {
                long done = checkpoint.map(found -> found.header().step()).orElse(0L);
                Outcome outcome =
                        new Outcome(RunStatus.FAILED, done, record.lastEvaluation(), OptionalDouble.empty());
                return end(name, outcome.result(experiment, run, data), record, table, observer);
            }
        }
        try (engine; RunFolder record = open(name, run, checkpoint, environmentOf(placed, engine), observer)) {
            long done = checkpoint.map(found -> found.header().step()).orElse(0L);
            long steps = run.steps(data.train().size());
            RunObserver progress = observer.started(name, run, done, steps, engine.description());
            TrainingLoop loop = new TrainingLoop(run, data, engine, new RecordingObserver(record, progress), stop,
                    new Checkpointing(record, engine, execution.checkpointEvery()));
            checkpoint.ifPresent(found -> {
                noteOther(ENGINE, "", name, engine.description(), observer);
                ways(engine).ifPresent(ways -> noteOther(WAYS, "convolutions by ", name, ways, observer));
                loop.resume(done, Checkpointing.restore(found, engine), record.lastEvaluation());
            });
            return end(name, train(name, loop, observer).result(experiment, run, data), record, table, observer);
        }
    }

    /** An engine that is ready for the first step; where it cannot be made so, it is closed. */
    private ReplicaEngine prepared(RunConfiguration run) {
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

    /** What another engine computes, or the same in another way, differs by rounding. */
    private void noteOther(String entry, String what, String name, String value, SweepObserver observer) {
        String now = withoutThreads(value);
        RunFolder.environment(folder.resolve(name), entry)
                .map(Sweep::withoutThreads)
                .filter(before -> !before.equals(now))
                .ifPresent(before -> observer.note(
                        name + " was begun with " + what + before + " and goes on with " + what + now));
    }

    private static Optional<String> ways(ReplicaEngine engine) {
        return engine.gradients().preparation().filter(made -> !made.choices().isEmpty()).map(Preparation::ways);
    }

    private static String withoutThreads(String engine) {
        return engine.replaceFirst(", \\d+ threads?$", "");
    }

    /** Where a run is continued from. */
    private Optional<Checkpoint> checkpoint(String name, SweepObserver observer) {
        return earlier.isResumed()
                ? RunFolder.newestCheckpoint(folder.resolve(name), observer::note)
                : Optional.empty();
    }

    private RunFolder open(
            String name,
            RunConfiguration run,
            Optional<Checkpoint> checkpoint,
            Map<String, Object> known,
            SweepObserver observer) {
        Path path = folder.resolve(name);
        Map<String, Object> all = new LinkedHashMap<>(known);
        run.gossip().topology().fingerprint().ifPresent(graph -> all.put(RunFolder.TOPOLOGY_FINGERPRINT, graph));
        RunFolder record = checkpoint.isPresent()
                ? RunFolder.reopen(path, checkpoint.get(), all, observer::note)
                : begin(path, run, all, observer);
        run.gossip().topology().graph().ifPresent(graph -> RunFolder.keepGraph(path, GraphFiles.text(graph), observer::note));
        return record;
    }

    private RunFolder begin(Path path, RunConfiguration run, Map<String, Object> all, SweepObserver observer) {
        return earlier.isResumed()
                ? RunFolder.restart(path, run.toMap(), all, observer::note)
                : RunFolder.create(path, run.toMap(), all);
    }

    /** Records a result. The observer is told of it even where the disk is full, as it may be hours of work. */
    private static RunResult end(
            String name, RunResult result, RunFolder record, ResultTable table, SweepObserver observer) {
        try {
            record.finish(result);
            table.put(name, result);
        } finally {
            observer.finished(name, result);
        }
        return result;
    }

    private static Outcome train(String name, TrainingLoop loop, SweepObserver observer) {
        try {
            return loop.run();
        } catch (RecordException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            observer.failed(name, e);
            return loop.outcome(RunStatus.FAILED);
        }
    }

    private Map<String, Object> environmentOf(RunConfiguration run, ReplicaEngine engine) {
        Map<String, Object> known = new LinkedHashMap<>(environment);
        known.put(ENGINE, engine.description());
        ways(engine).ifPresent(ways -> known.put(WAYS, ways));
        known.putAll(engines.environment(run));
        known.put("parameters", engine.matrices().parameters());
        known.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return known;
    }
}
