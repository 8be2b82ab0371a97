package dev.gossamer.record;

import dev.gossamer.algorithm.Sent;
import dev.gossamer.text.Decimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Results of runs as CSV and JSON text, with the columns of {@code lr-accuracy.csv}. What is absent is empty in CSV
 * and null in JSON; what is not finite is {@code NaN} or {@code Infinity} in CSV, and that word as a string in JSON.
 */
public final class RunResults {

    static final List<String> HEADER = List.of(
            "experiment",
            "topology",
            "workers",
            "model",
            "learning_rate",
            "seed",
            "status",
            "steps",
            "test_accuracy",
            "test_loss",
            "train_accuracy",
            "train_loss",
            "consensus_distance",
            "images_per_second",
            SentFields.NAMES.get(0),
            SentFields.NAMES.get(1));

    /** How many of them earlier versions wrote. */
    static final int EARLIER = HEADER.size() - SentFields.NAMES.size();

    private RunResults() {}

    /** The names of the fields that say how a run ended: from {@code status} on. */
    public static List<String> outcomes() {
        return HEADER.subList(HEADER.indexOf("status"), HEADER.size());
    }

    /** The header of {@code lr-accuracy.csv} and a line for each result. */
    public static String csv(List<RunResult> results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        results.forEach(result -> rows.add(row(result)));
        return CsvAppender.text(rows);
    }

    /** An array of objects, one for each result, with the columns of {@code lr-accuracy.csv} as fields. */
    public static String json(List<RunResult> results) {
        return Mappers.json(results.stream().map(RunResults::fields).toList());
    }

    /** The fields of a result by column, in the order of the header; null for what is absent. */
    public static Map<String, Object> fields(RunResult result) {
        List<Object> values = new ArrayList<>();
        values.add(result.experiment());
        values.add(result.topology());
        values.add(result.workers());
        values.add(result.model());
        values.add(result.learningRate());
        values.add(result.seed());
        values.add(result.status().toString());
        values.add(result.steps());
        values.add(orNull(result.testAccuracy()));
        values.add(orNull(result.testLoss()));
        values.add(orNull(result.trainAccuracy()));
        values.add(orNull(result.trainLoss()));
        values.add(orNull(result.consensusDistance()));
        values.add(orNull(result.imagesPerSecond()));
        values.add(result.sent().map(Sent::messages).orElse(null));
        values.add(result.sent().map(Sent::bytes).orElse(null));
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < HEADER.size(); i++) {
            fields.put(HEADER.get(i), values.get(i));
        }
        return fields;
    }

    private static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    static List<String> row(RunResult result) {
        return fields(result).values().stream().map(RunResults::text).toList();
    }

    private static String text(Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof Double number ? Decimal.format(number) : value.toString();
    }

    static RunResult result(Fields row) {
        return new RunResult(
                row.text("experiment"),
                row.text("topology"),
                row.integer("workers"),
                row.text("model"),
                row.number("learning_rate"),
                row.longInteger("seed"),
                row.parse("status", "finished, diverged, interrupted or failed", RunStatus::parse),
                row.longInteger("steps"),
                row.optionalNumber("test_accuracy"),
                row.optionalNumber("test_loss"),
                row.optionalNumber("train_accuracy"),
                row.optionalNumber("train_loss"),
                row.optionalNumber("consensus_distance"),
                row.optionalNumber("images_per_second"),
                SentFields.read(row));
    }
}
