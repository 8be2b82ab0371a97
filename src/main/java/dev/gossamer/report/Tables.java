package dev.gossamer.report;

import dev.gossamer.record.Decimal;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tables of results as text with aligned columns. */
public final class Tables {

    private static final String BEST = "*";
    private static final String ABSENT = "-";

    private Tables() {}

    /**
     * A line for each run: topology, learning rate, status, test accuracy in percent, test loss in nats, consensus distance and
     * images per second, sorted by topology (in order of appearance), learning rate and seed. Model, workers and seed are there
     * where they differ between runs. A star marks the finished run of best test accuracy of each topology.
     */
    public static String results(List<RunResult> results) {
        SeriesNames names = new SeriesNames(results);
        List<Function<RunResult, String>> cells = new ArrayList<>();
        TextTable table = new TextTable();
        addIdentity(table, cells, results, names);
        table.addText("status");
        cells.add(result -> result.status().toString());
        addMeasurements(table, cells);
        Set<RunResult> best = best(results, names);
        table.addText("");
        cells.add(result -> best.contains(result) ? BEST : "");
        for (RunResult result : sorted(results, names)) {
            table.addRow(cells.stream().map(cell -> cell.apply(result)).toList());
        }
        return table + (best.isEmpty() ? "" : BEST + " best test accuracy of its topology\n");
    }

    private static void addIdentity(
            TextTable table, List<Function<RunResult, String>> cells, List<RunResult> results, SeriesNames names) {
        table.addText("topology");
        cells.add(RunResult::topology);
        if (names.modelsDiffer()) {
            table.addText("model");
            cells.add(RunResult::model);
        }
        if (names.workersDiffer()) {
            table.addNumber("workers");
            cells.add(result -> Integer.toString(result.workers()));
        }
        table.addNumber("learning rate");
        cells.add(result -> Decimal.format(result.learningRate()));
        if (results.stream().map(RunResult::seed).distinct().count() > 1) {
            table.addNumber("seed");
            cells.add(result -> Long.toString(result.seed()));
        }
    }

    private static void addMeasurements(TextTable table, List<Function<RunResult, String>> cells) {
        table.addNumber("test accuracy (%)");
        cells.add(result -> text(result.testAccuracy(), accuracy -> format("%.2f", 100 * accuracy)));
        table.addNumber("test loss");
        cells.add(result -> text(result.testLoss(), loss -> format(loss < 1000 ? "%.4f" : "%.3e", loss)));
        table.addNumber("consensus distance");
        cells.add(result -> text(result.consensusDistance(), Tables::threeDigits));
        table.addNumber("images/s");
        cells.add(result -> text(result.imagesPerSecond(), speed -> format(speed < 100 ? "%.1f" : "%.0f", speed)));
    }

    private static String text(OptionalDouble value, Function<Double, String> format) {
        if (value.isEmpty()) {
            return ABSENT;
        }
        double number = value.getAsDouble();
        return Double.isFinite(number) ? format.apply(number) : Decimal.format(number);
    }

    private static String threeDigits(double value) {
        if (value == 0) {
            return "0";
        }
        return format(value >= 1e-2 && value < 1e4 ? "%.4f" : "%.2e", value);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    private static List<RunResult> sorted(List<RunResult> results, SeriesNames names) {
        List<String> order = results.stream().map(names::of).distinct().toList();
        return results.stream()
                .sorted(Comparator.<RunResult>comparingInt(result -> order.indexOf(names.of(result)))
                        .thenComparingDouble(RunResult::learningRate)
                        .thenComparingLong(RunResult::seed))
                .toList();
    }

    private static Set<RunResult> best(List<RunResult> results, SeriesNames names) {
        Map<String, RunResult> best = results.stream()
                .filter(result -> result.status() == RunStatus.FINISHED && result.testAccuracy().isPresent())
                .collect(Collectors.toMap(names::of, Function.identity(), BinaryOperator.maxBy(
                        Comparator.comparingDouble(result -> result.testAccuracy().getAsDouble()))));
        return new HashSet<>(best.values());
    }
}
