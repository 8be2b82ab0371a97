package dev.gossamer.configuration;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import dev.gossamer.data.Task;
import dev.gossamer.model.Network;
import java.util.List;
import java.util.Optional;

/**
 * When a run is evaluated, and on what.
 *
 * @param count number of evaluations, in [1, 10,000]
 * @param alpha share of the evaluations in the first half of each stage of the schedule, in [0.5, 1)
 * @param workers number of workers evaluated, in [1, 4096]; more than n means n
 * @param trainImages number of training images scored, in [0, 1,000,000]; more than N means N
 * @param testImages score the first so many test images only, where present; in [1, 1,000,000]
 * @param divergenceLoss test loss in nats above which the run has diverged, in (0, 1e6], or infinite
 */
public record Evaluations(
        int count, double alpha, int workers, int trainImages, Optional<Integer> testImages, double divergenceLoss) {

    /** Number of evaluations over a run. */
    public static final Key<Integer> EVALUATIONS = Key.integer("evaluations", "10", "[1, 10000]",
            "number of evaluations, denser at the start, one at the end");

    /** Share of the evaluations in the first half of the run. */
    public static final Key<Double> EVALUATION_ALPHA = Key.number("evaluation-alpha", "0.75", "[0.5, 1)",
            "share of the evaluations in the first half of each stage");

    /** Number of workers that are evaluated. */
    public static final Key<Integer> EVALUATED_WORKERS = Key.integer("evaluated-workers", "2", "[1, 4096]",
            "workers evaluated, evenly spread, beside the mean model");

    /** Number of training images scored in an evaluation. */
    public static final Key<Integer> EVALUATE_TRAIN_IMAGES = Key.integer("evaluate-train-images", "10000",
            "[0, 1000000]", "training images scored in an evaluation");

    /** Number of test images scored in an evaluation. */
    public static final Key<Integer> EVALUATE_TEST_IMAGES = Key.integer("evaluate-test-images", "", "[1, 1000000]",
            "score the first so many test images only");

    /** Test loss above which a run counts as diverged. */
    public static final Key<Double> DIVERGENCE_LOSS = Key.number("divergence-loss", "", "(0, 1e6]",
            "test loss above which a run has diverged; 2.6 on cifar-10 with a model that is no file, else none");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = List.of(EVALUATIONS, EVALUATION_ALPHA, EVALUATED_WORKERS,
            EVALUATE_TRAIN_IMAGES, EVALUATE_TEST_IMAGES, DIVERGENCE_LOSS);

    /** Checks the ranges. */
    public Evaluations {
        EVALUATIONS.check(count);
        EVALUATION_ALPHA.check(alpha);
        EVALUATED_WORKERS.check(workers);
        EVALUATE_TRAIN_IMAGES.check(trainImages);
        testImages.ifPresent(EVALUATE_TEST_IMAGES::check);
        if (divergenceLoss != Double.POSITIVE_INFINITY) {
            DIVERGENCE_LOSS.check(divergenceLoss);
        }
    }

    /**
     * @param task decides when a run has diverged where no value says it and first losses are near ln(classes)
     */
    static Evaluations of(Values values, Task task) {
        boolean isKnown = values.get(Network.MODEL).startsNearUniform();
        return new Evaluations(values.get(EVALUATIONS), values.get(EVALUATION_ALPHA), values.get(EVALUATED_WORKERS),
                values.get(EVALUATE_TRAIN_IMAGES), values.find(EVALUATE_TEST_IMAGES),
                values.find(DIVERGENCE_LOSS).orElse(isKnown ? task.divergenceLoss() : Double.POSITIVE_INFINITY));
    }

    void write(Written written) {
        written.put(EVALUATIONS, count);
        written.put(EVALUATION_ALPHA, alpha);
        written.put(EVALUATED_WORKERS, workers);
        written.put(EVALUATE_TRAIN_IMAGES, trainImages);
        testImages.ifPresent(images -> written.put(EVALUATE_TEST_IMAGES, images));
        if (Double.isFinite(divergenceLoss)) {
            written.put(DIVERGENCE_LOSS, divergenceLoss);
        }
    }

    /**
     * Number of test images that are scored.
     *
     * @param available number of test images there are
     */
    public int testImages(int available) {
        return Math.min(available, testImages.orElse(available));
    }
}
