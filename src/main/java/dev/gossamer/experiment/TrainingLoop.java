package dev.gossamer.experiment;

import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchStream;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunStatus;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * The training of one run: local SGD step, gossip step, and evaluations now and then. Its outcome is a function of the
 * configuration, the data and the engine, apart from durations and from when it is told to stop.
 */
public final class TrainingLoop {

    private final RunConfiguration configuration;
    private final ReplicaEngine engine;
    private final RunObserver observer;
    private final BooleanSupplier stop;
    private final DataSet data;
    private final ImageSet train;
    private final Scheme scheme;
    private final Evaluation evaluation;
    private final StepTimes times = new StepTimes();
    private List<MetricsRow> evaluated = List.of();
    private long done;

    /**
     * @param configuration what to do
     * @param data training and test images
     * @param engine the workers, at their start
     * @param observer is told of every step and evaluation
     * @param stop asked after every step; true ends the run as interrupted
     * @throws ConfigurationException if the configuration does not fit the data
     */
    public TrainingLoop(
            RunConfiguration configuration,
            DataSet data,
            ReplicaEngine engine,
            RunObserver observer,
            BooleanSupplier stop) {
        this.configuration = configuration;
        this.data = data;
        this.engine = engine;
        this.observer = observer;
        this.stop = stop;
        train = Evaluation.first(configuration.trainImages(data.train().size()), data.train());
        scheme = Topologies.parse(configuration.topology(), configuration.workers());
        evaluation = new Evaluation(configuration, train, data.test(), engine, observer);
    }

    /** Trains to the end, until the loss diverges, or until told to stop. */
    public Outcome run() {
        long steps = configuration.steps(data.train().size());
        long[] evaluationTimes = EvaluationTimes.of(steps, configuration.evaluations());
        int next = 0;
        Partition partition = Partition.parse(configuration.partition());
        try (BatchStream batches = new BatchStream(train, data.augmentation(), partition, configuration.workers(),
                configuration.batchSize(), configuration.seed(), 0, !engine.takesDraws())) {
            while (done < steps) {
                if (stop.getAsBoolean()) {
                    return outcome(RunStatus.INTERRUPTED);
                }
                double loss = step(batches);
                if (!Double.isFinite(loss)) {
                    if (next == 0 || evaluationTimes[next - 1] < done) {
                        evaluate();
                    }
                    return outcome(RunStatus.DIVERGED);
                }
                if (done == evaluationTimes[next]) {
                    next++;
                    if (evaluate()) {
                        return outcome(RunStatus.DIVERGED);
                    }
                }
            }
        }
        boolean complete = !evaluated.isEmpty() && evaluated.get(0).step() == steps;
        return outcome(complete ? RunStatus.FINISHED : RunStatus.INTERRUPTED);
    }

    /** One training step; not counted where the loss is not finite, as the parameters stay as they were. */
    private double step(BatchStream batches) {
        long start = System.nanoTime();
        Batch batch = batches.next();
        double loss = engine.computeGradients(batch, done);
        if (Double.isFinite(loss)) {
            engine.update(configuration.sgdStep(), scheme.at(done));
            done++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        times.add(seconds);
        observer.stepped(done, loss, seconds);
        return loss;
    }

    /** Evaluates now, unless told to stop; true if the loss has diverged. */
    private boolean evaluate() {
        List<MetricsRow> rows = evaluation.at(done, times.total(), stop);
        if (rows.isEmpty()) {
            return false;
        }
        evaluated = rows;
        observer.evaluated(rows);
        return evaluation.diverged(rows);
    }

    /** How far the run is, as an outcome with that status. */
    Outcome outcome(RunStatus status) {
        double images = (double) configuration.workers() * configuration.batchSize();
        OptionalDouble median = times.median();
        OptionalDouble rate = median.isPresent() ? OptionalDouble.of(images / median.getAsDouble()) : median;
        return new Outcome(status, done, evaluated, rate);
    }
}
