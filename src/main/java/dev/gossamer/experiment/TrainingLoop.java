package dev.gossamer.experiment;

import dev.gossamer.algorithm.Communication;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.LearningRates;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.configuration.Sampling;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunStatus;
import dev.gossamer.topology.Scheme;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The training of one run: local SGD step, gossip step, and evaluations now and then. Its outcome is a function of the
 * configuration, the data and the engine, apart from durations and from when it is told to stop.
 */
public final class TrainingLoop {

    private final RunConfiguration configuration;
    private final ReplicaEngine engine;
    private final RunEvents events;
    private final BooleanSupplier stop;
    private final DataSet data;
    private final ImageSet train;
    private final Scheme scheme;
    private final LearningRates rates;
    private final Evaluation evaluation;
    private final Communication communication;
    private final Checkpointing checkpointing;
    private StepTimes times = new StepTimes();
    private Supplier<double[]> repetitions = () -> new double[0];
    private List<MetricsRow> evaluated = List.of();
    private long done;

    /**
     * @param configuration what to do
     * @param data training and test images
     * @param engine the workers, at their start
     * @param events takes every step and evaluation
     * @param stop asked after every step; true ends the run as interrupted
     * @throws ConfigurationException if the configuration does not fit the data
     */
    public TrainingLoop(
            RunConfiguration configuration,
            DataSet data,
            ReplicaEngine engine,
            RunEvents events,
            BooleanSupplier stop) {
        this(configuration, data, engine, events, stop, Checkpointing.never());
    }

    /** A loop whose state is kept on disk. */
    TrainingLoop(
            RunConfiguration configuration,
            DataSet data,
            ReplicaEngine engine,
            RunEvents events,
            BooleanSupplier stop,
            Checkpointing checkpointing) {
        this.checkpointing = checkpointing;
        this.configuration = configuration;
        this.data = data;
        this.engine = engine;
        this.events = events;
        this.stop = stop;
        train = data.train().first(configuration.sampling().trainImages(data.train().size()));
        scheme = configuration.scheme();
        rates = configuration.learningRates(data.train().size());
        evaluation = new Evaluation(configuration, train, data.test(), engine, events);
        communication = new Communication(engine.matrices().rule(), scheme,
                configuration.network().tensors(data.train().shape(), data.classes()));
    }

    /**
     * Goes on where an earlier loop was; the engine is in its state of that time.
     *
     * @param steps training steps done
     * @param measured what was measured
     * @param lastEvaluation rows of the last evaluation, none where there was none
     */
    void resume(long steps, Checkpoint.Measured measured, List<MetricsRow> lastEvaluation) {
        done = steps;
        times = new StepTimes(measured.stepTimes());
        repetitions = measured::repetitions;
        evaluated = lastEvaluation;
    }

    /** Trains to the end, until the loss diverges, or until told to stop. */
    public Outcome run() {
        Outcome outcome = outcome(train());
        checkpointing.ended(done, measured(), outcome.status());
        return outcome;
    }

    private Checkpoint.Measured measured() {
        return new Checkpoint.Measured(times.all(), repetitions.get());
    }

    private RunStatus train() {
        if (isEvaluated() && evaluation.diverged(evaluated)) {
            return RunStatus.DIVERGED;
        }
        long steps = rates.steps();
        long[] evaluationTimes = EvaluationTimes.of(
                rates.stages(), configuration.evaluations().count(), configuration.evaluations().alpha());
        int next = (int) Arrays.stream(evaluationTimes).filter(time -> time <= done).count();
        boolean isDue = next > 0 && evaluationTimes[next - 1] == done && !isEvaluated();
        if (isDue && evaluate()) {
            return RunStatus.DIVERGED;
        }
        Sampling sampling = configuration.sampling();
        BatchSampler batches = new BatchSampler(train, sampling.augmentation(data), sampling.mixup(),
                sampling.partition(), configuration.gossip().workers(), configuration.optimization().batchSize(),
                configuration.seed());
        while (done < steps) {
            if (stop.getAsBoolean()) {
                return RunStatus.INTERRUPTED;
            }
            double loss = step(batches);
            if (!Double.isFinite(loss)) {
                if (!isEvaluated()) {
                    evaluate();
                }
                return RunStatus.DIVERGED;
            }
            if (done == evaluationTimes[next]) {
                next++;
                if (evaluate()) {
                    return RunStatus.DIVERGED;
                }
            }
            checkpointing.stepped(done, this::measured);
        }
        return isEvaluated() ? repeat() : RunStatus.INTERRUPTED;
    }

    /** Measures the covariance between workers where that is asked for. */
    private RunStatus repeat() {
        if (configuration.covariance().repetitions() == 0) {
            return RunStatus.FINISHED;
        }
        checkpointing.stepped(done, this::measured);
        return new Repetitions(configuration, engine, scheme, events, stop, this::repeated)
                .run(train, configuration.sampling().augmentation(data), done, rates.factor(done - 1),
                        repetitions.get());
    }

    private void repeated(CovarianceSum sum) {
        repetitions = sum::values;
        checkpointing.stepped(done, this::measured);
    }

    /** Whether the last evaluation is of the parameters as they are. */
    private boolean isEvaluated() {
        return !evaluated.isEmpty() && evaluated.get(0).step() == done;
    }

    /** One training step; not counted where the loss is not finite, as the parameters stay as they were. */
    private double step(BatchSampler batches) {
        long start = System.nanoTime();
        Batch batch = batches.at(done);
        double loss = engine.computeGradients(batch, done);
        if (Double.isFinite(loss)) {
            engine.update(configuration.clock(done, rates.factor(done), scheme),
                    scheme.at(engine.matrices().rule().exchange(done)));
            done++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        times.add(seconds);
        events.emit(new RunEvent.Stepped(events.run(), done, loss, seconds));
        return loss;
    }

    /** Evaluates now, unless told to stop; true if the loss has diverged. */
    private boolean evaluate() {
        List<MetricsRow> rows = evaluation.at(
                done, times.total(), configuration.optimization().learningRate() * rates.factor(Math.max(0, done - 1)),
                communication.until(done), stop);
        if (rows.isEmpty()) {
            return false;
        }
        evaluated = rows;
        boolean isRecorded = done == rates.steps() && data.classes() <= ConfusionMatrix.MOST_CLASSES;
        events.emit(new RunEvent.Evaluated(events.run(), rows,
                isRecorded ? Optional.of(evaluation.confusion(data.classNames())) : Optional.empty()));
        return evaluation.diverged(rows);
    }

    /** How far the run is, as an outcome with that status. */
    Outcome outcome(RunStatus status) {
        double images = (double) configuration.gossip().workers() * configuration.optimization().batchSize();
        OptionalDouble median = times.median();
        OptionalDouble rate = median.isPresent() ? OptionalDouble.of(images / median.getAsDouble()) : median;
        return new Outcome(status, done, evaluated, rate);
    }
}
