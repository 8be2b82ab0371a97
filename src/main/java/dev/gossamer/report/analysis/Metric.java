package dev.gossamer.report.analysis;

import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunResult;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What an evaluation measures, as charts show it. */
public enum Metric {
    TEST_ACCURACY("test accuracy (%)", MetricsRow.TEST, row -> 100 * row.accuracy(), RunResult::testAccuracy),
    TEST_LOSS("test loss (nats)", MetricsRow.TEST, MetricsRow::loss, RunResult::testLoss),
    TRAIN_ACCURACY("training accuracy (%)", MetricsRow.TRAIN, row -> 100 * row.accuracy(), RunResult::trainAccuracy),
    TRAIN_LOSS("training loss (nats)", MetricsRow.TRAIN, MetricsRow::loss, RunResult::trainLoss),
    CONSENSUS_DISTANCE(
            "consensus distance (logarithmic)", MetricsRow.TEST, MetricsRow::consensusDistance,
            RunResult::consensusDistance);

    private final String title;
    private final String split;
    private final ToDoubleFunction<MetricsRow> value;
    private final Function<RunResult, OptionalDouble> outcome;

    Metric(
            String title,
            String split,
            ToDoubleFunction<MetricsRow> value,
            Function<RunResult, OptionalDouble> outcome) {
        this.title = title;
        this.split = split;
        this.value = value;
        this.outcome = outcome;
    }

    /** Its name in records: {@code test_accuracy}. */
    public String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Title of the axis, with the unit. */
    public String title() {
        return title;
    }

    /** The rows it is read from. */
    public String split() {
        return split;
    }

    /** Its value in a row of {@code metrics.csv}, accuracies in percent. */
    public double value(MetricsRow row) {
        return value.applyAsDouble(row);
    }

    /** Its value at the end of a run, accuracies in [0, 1]. */
    public OptionalDouble outcome(RunResult result) {
        return outcome.apply(result);
    }

    public boolean isAccuracy() {
        return this == TEST_ACCURACY || this == TRAIN_ACCURACY;
    }
}
