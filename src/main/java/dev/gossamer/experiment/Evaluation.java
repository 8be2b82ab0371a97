package dev.gossamer.experiment;

import dev.gossamer.algorithm.Sent;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.Scoring;
import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.record.MetricsRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Scores some workers and the mean model on images for training and for testing. */
final class Evaluation {

    private final RunConfiguration configuration;
    private final ReplicaEngine engine;
    private final RunEvents events;
    private final Map<String, ImageSet> splits = new LinkedHashMap<>();
    private final int[] workers;
    private final int trainImages;
    private List<Integer> predicted = List.of();

    /**
     * @param configuration how many images and workers are scored
     * @param train the images that are trained on
     * @param test images for testing
     * @param engine the workers
     * @param events takes how far an evaluation is
     */
    Evaluation(
            RunConfiguration configuration,
            ImageSet train,
            ImageSet test,
            ReplicaEngine engine,
            RunEvents events) {
        this.configuration = configuration;
        this.engine = engine;
        this.events = events;
        trainImages = train.size();
        splits.put(MetricsRow.TEST, test.first(configuration.evaluations().testImages().orElse(test.size())));
        if (configuration.evaluations().trainImages() > 0) {
            splits.put(MetricsRow.TRAIN, train.first(configuration.evaluations().trainImages()));
        }
        workers = spread(configuration.gossip().workers(), Math.min(configuration.gossip().workers(),
                configuration.evaluations().workers()));
    }

    /** As many workers as asked for, evenly spread, the mean model last. */
    private static int[] spread(int n, int count) {
        int[] workers = new int[count + 1];
        for (int k = 0; k < count; k++) {
            workers[k] = (int) ((long) n * k / count);
        }
        workers[count] = Scoring.MEAN;
        return workers;
    }

    /**
     * Scores now.
     *
     * @param steps training steps done
     * @param seconds seconds of training since the start of the run
     * @param learningRate learning rate of the last step
     * @param sent what all workers together have sent since the start of the run
     * @param stop asked between two scores; true gives up
     * @return a row for each worker and split; none where it was given up
     */
    List<MetricsRow> at(long steps, double seconds, double learningRate, Sent sent, BooleanSupplier stop) {
        double epoch = (double) steps * configuration.gossip().workers() * configuration.optimization()
                .batchSize() / trainImages;
        double consensusDistance = engine.matrices().consensusDistance(engine.matrices().rule().models());
        List<MetricsRow> rows = new ArrayList<>();
        for (int worker : workers) {
            for (var split : splits.entrySet()) {
                if (stop.getAsBoolean()) {
                    return List.of();
                }
                events.emit(new RunEvent.Evaluating(events.run(), rows.size(), workers.length * splits.size()));
                Score score = engine.evaluate(worker, split.getValue());
                if (worker == Scoring.MEAN && split.getKey().equals(MetricsRow.TEST)) {
                    predicted = score.predicted();
                }
                String name = worker == Scoring.MEAN ? MetricsRow.MEAN_MODEL : Integer.toString(worker);
                rows.add(new MetricsRow(steps, epoch, seconds, learningRate, split.getKey(), name,
                        score.loss(), score.accuracy(), consensusDistance, Optional.of(sent)));
            }
        }
        return rows;
    }

    /** What the mean model took the test images for when it was scored last. */
    ConfusionMatrix confusion(List<String> classNames) {
        return ConfusionMatrix.of(classNames, splits.get(MetricsRow.TEST), predicted);
    }

    /**
     * Whether a worker's loss in these rows is not finite, or on the test images larger than allowed, or any worker's
     * parameters are not finite: a ReLU may turn what is not a number into 0, so that no loss tells.
     */
    boolean diverged(List<MetricsRow> rows) {
        return diverged(rows, configuration);
    }

    /** The same for the rows of a run of that configuration. */
    static boolean diverged(List<MetricsRow> rows, RunConfiguration configuration) {
        if (!Double.isFinite(rows.get(0).consensusDistance())) {
            return true;
        }
        for (MetricsRow row : rows) {
            boolean tooLarge = row.split().equals(MetricsRow.TEST)
                    && row.loss() > configuration.evaluations().divergenceLoss();
            if (!row.worker().equals(MetricsRow.MEAN_MODEL) && (tooLarge || !Double.isFinite(row.loss()))) {
                return true;
            }
        }
        return false;
    }
}
