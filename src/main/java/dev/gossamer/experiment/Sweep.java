package dev.gossamer.experiment;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Executes the runs of an experiment, one after another, and records each in a folder of its own. A run that diverges
 * or fails is a result; the others go on.
 */
public final class Sweep {

    private final String experiment;
    private final Map<String, RunConfiguration> runs;
    private final DataSet data;
    private final EngineFactory engines;
    private final Path folder;
    private final Map<String, Object> environment;

    /**
     * @param experiment name of the experiment, as it is recorded
     * @param runs configurations by the name of the run, in order
     * @param data training and test images
     * @param engines makes the engine of each run
     * @param folder where the runs' folders are made; it exists
     * @param environment what is recorded about machine and program
     */
    public Sweep(
            String experiment,
            Map<String, RunConfiguration> runs,
            DataSet data,
            EngineFactory engines,
            Path folder,
            Map<String, Object> environment) {
        this.experiment = experiment;
        this.runs = runs;
        this.data = data;
        this.engines = engines;
        this.folder = folder;
        this.environment = environment;
    }

    /**
     * Checks whether configurations fit images, before these are there.
     *
     * @param images shape of the images
     * @param classes number of classes
     * @throws ConfigurationException if a run's model or batches are impossible
     */
    public static void check(
            Map<String, RunConfiguration> runs, ImageShape images, int classes, EngineFactory engines) {
        for (RunConfiguration run : runs.values()) {
            engines.check(run, images, classes);
            int most = Integer.MAX_VALUE / Float.BYTES / images.size();
            if ((long) run.workers() * run.batchSize() > most) {
                throw new ConfigurationException("workers x batch-size must be at most " + most
                        + " for these images, got " + run.workers() + " x " + run.batchSize());
            }
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
            int images = run.trainImages(trainImages);
            if (!Partition.parse(run.partition()).equals(Partition.SHARED) && images < run.workers()) {
                throw new ConfigurationException("partition " + run.partition() + " needs at least as many training"
                        + " images as workers, got " + images + " for " + run.workers());
            }
        }
    }

    /**
     * Executes the runs.
     *
     * @param observer is told how it goes
     * @param stop asked now and then; true ends the current run as interrupted and starts no other
     * @return the results of the runs that were started
     * @throws RecordException if something cannot be recorded; what was recorded before stays
     */
    public List<RunResult> run(SweepObserver observer, BooleanSupplier stop) {
        List<RunResult> results = new ArrayList<>();
        try (LearningRateAccuracy table = LearningRateAccuracy.open(folder)) {
            for (var run : runs.entrySet()) {
                if (stop.getAsBoolean()) {
                    break;
                }
                results.add(execute(run.getKey(), run.getValue(), table, observer, stop));
            }
        }
        return results;
    }

    private RunResult execute(
            String name,
            RunConfiguration run,
            LearningRateAccuracy table,
            SweepObserver observer,
            BooleanSupplier stop) {
        ReplicaEngine engine;
        try {
            engine = engines.create(run, data);
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            observer.failed(name, e);
            RunResult result = result(run, new Outcome(RunStatus.FAILED, 0, List.of(), OptionalDouble.empty()));
            try (RunFolder record = RunFolder.create(folder.resolve(name), run.toMap(), environment)) {
                end(name, result, record, table, observer);
            }
            return result;
        }
        try (engine;
                RunFolder record = RunFolder.create(folder.resolve(name), run.toMap(), environmentOf(run, engine))) {
            RunObserver progress = observer.started(name, run, run.steps(data.train().size()), engine.description());
            RunObserver recorder = new RecordingObserver(record, progress);
            TrainingLoop loop = new TrainingLoop(run, data, engine, recorder, stop);
            RunResult result = result(run, train(name, loop, observer));
            end(name, result, record, table, observer);
            return result;
        }
    }

    /** Records a result. The observer is told of it even where the disk is full, as it may be hours of work. */
    private static void end(
            String name, RunResult result, RunFolder record, LearningRateAccuracy table, SweepObserver observer) {
        try {
            record.finish(result);
            table.append(result);
        } finally {
            observer.finished(name, result);
        }
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
        known.put("engine", engine.description());
        known.putAll(engines.environment(run));
        known.put("parameters", engine.parameters());
        known.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return known;
    }

    private RunResult result(RunConfiguration run, Outcome outcome) {
        OptionalDouble consensusDistance =
                outcome.evaluation().stream().mapToDouble(MetricsRow::consensusDistance).findFirst();
        return new RunResult(
                experiment,
                run.topology(),
                run.workers(),
                run.model(),
                run.learningRate(),
                run.seed(),
                outcome.status(),
                outcome.steps(),
                mean(outcome, Evaluation.TEST, MetricsRow::accuracy),
                mean(outcome, Evaluation.TEST, MetricsRow::loss),
                mean(outcome, Evaluation.TRAIN, MetricsRow::accuracy),
                mean(outcome, Evaluation.TRAIN, MetricsRow::loss),
                consensusDistance,
                outcome.imagesPerSecond());
    }

    private static OptionalDouble mean(Outcome outcome, String split, ToDoubleFunction<MetricsRow> quantity) {
        return Outcome.mean(outcome.evaluation(), split, quantity);
    }
}
