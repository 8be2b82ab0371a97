package dev.gossamer.experiment;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * How the training of a run ended.
 *
 * @param status finished, diverged, interrupted or failed
 * @param steps training steps done
 * @param evaluation rows of the last evaluation, none where there was none; that of a diverged run is of the state in
 *     which it ended, and that of an interrupted or failed one may be of an earlier step
 * @param imagesPerSecond images of all workers over the median duration of a training step; empty without a step
 */
public record Outcome(RunStatus status, long steps, List<MetricsRow> evaluation, OptionalDouble imagesPerSecond) {

    /**
     * Mean over the evaluated workers, without the mean model. A worker whose loss is not finite counts as well, with
     * the accuracy that the evaluation gave it.
     *
     * @param rows rows of one evaluation
     * @param split {@link MetricsRow#TRAIN} or {@link MetricsRow#TEST}
     * @param quantity what of a row is averaged
     * @return empty where there is no such row
     */
    public static OptionalDouble mean(List<MetricsRow> rows, String split, ToDoubleFunction<MetricsRow> quantity) {
        return ofWorkers(rows, split).mapToDouble(quantity).average();
    }

    /**
     * Mean accuracy over the evaluated workers, without the mean model: their correct predictions, divided once, so
     * that 1,574 of 2,000 is 0.787 whoever of them made how many.
     *
     * @param rows rows of one evaluation
     * @param split {@link MetricsRow#TRAIN} or {@link MetricsRow#TEST}
     * @param images number of images that each of them was scored on
     * @return empty where there is no such row
     */
    public static OptionalDouble accuracy(List<MetricsRow> rows, String split, int images) {
        long[] correct = ofWorkers(rows, split).mapToLong(row -> Math.round(row.accuracy() * images)).toArray();
        return correct.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) Arrays.stream(correct).sum() / ((long) images * correct.length));
    }

    private static Stream<MetricsRow> ofWorkers(List<MetricsRow> rows, String split) {
        return rows.stream().filter(row -> row.split().equals(split) && !row.worker().equals(MetricsRow.MEAN_MODEL));
    }

    /**
     * The same as it is recorded.
     *
     * @param experiment name of the experiment
     * @param run configuration of the run
     * @param data what it was evaluated on
     */
    RunResult result(String experiment, RunConfiguration run, DataSet data) {
        return new RunResult(
                experiment,
                run.gossip().topology().name(),
                run.gossip().workers(),
                run.network().model().form(),
                run.optimization().learningRate(),
                run.seed(),
                status,
                steps,
                accuracy(evaluation, MetricsRow.TEST, run.evaluations().testImages(data.test().size())),
                mean(evaluation, MetricsRow.TEST, MetricsRow::loss),
                accuracy(evaluation, MetricsRow.TRAIN,
                        Math.min(run.evaluations().trainImages(), run.sampling().trainImages(data.train().size()))),
                mean(evaluation, MetricsRow.TRAIN, MetricsRow::loss),
                evaluation.stream().mapToDouble(MetricsRow::consensusDistance).findFirst(),
                imagesPerSecond,
                evaluation.stream().findFirst().flatMap(MetricsRow::sent));
    }
}
