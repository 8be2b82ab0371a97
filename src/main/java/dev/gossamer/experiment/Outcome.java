package dev.gossamer.experiment;

import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

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
     * @param split {@code train} or {@code test}
     * @param quantity what of a row is averaged
     * @return empty where there is no such row
     */
    public static OptionalDouble mean(List<MetricsRow> rows, String split, ToDoubleFunction<MetricsRow> quantity) {
        return rows.stream()
                .filter(row -> row.split().equals(split) && !row.worker().equals(Evaluation.MEAN_MODEL))
                .mapToDouble(quantity)
                .average();
    }

    /**
     * The same as it is recorded.
     *
     * @param experiment name of the experiment
     * @param run configuration of the run
     */
    RunResult result(String experiment, RunConfiguration run) {
        return new RunResult(
                experiment,
                run.topology().name(),
                run.workers(),
                run.model(),
                run.learningRate(),
                run.seed(),
                status,
                steps,
                mean(evaluation, Evaluation.TEST, MetricsRow::accuracy),
                mean(evaluation, Evaluation.TEST, MetricsRow::loss),
                mean(evaluation, Evaluation.TRAIN, MetricsRow::accuracy),
                mean(evaluation, Evaluation.TRAIN, MetricsRow::loss),
                evaluation.stream().mapToDouble(MetricsRow::consensusDistance).findFirst(),
                imagesPerSecond);
    }
}
