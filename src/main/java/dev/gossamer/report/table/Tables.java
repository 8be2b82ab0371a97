package dev.gossamer.report.table;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.report.analysis.VariedKeys;
import dev.gossamer.text.Bytes;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/** Tables of results as text with aligned columns. */
public final class Tables {

    private static final String BEST = "*";
    private static final String ABSENT = "-";

    private Tables() {}

    /**
     * A line for each run: topology, every other key whose values differ between the runs, learning rate, status, test
     * accuracy in percent, test loss in nats, consensus distance, images per second and the bytes that were sent where
     * they are known, sorted by series (runs that differ in learning rate and seed only, in order of appearance),
     * learning rate and seed. A star marks the finished run of best test accuracy of each series.
     */
    public static String results(List<RecordedRun> runs) {
        VariedKeys varied = new VariedKeys(runs);
        List<Function<RecordedRun, String>> cells = new ArrayList<>();
        TextTable table = new TextTable();
        addIdentity(table, cells, runs, varied);
        table.addText("status");
        cells.add(run -> run.result().status().toString());
        addMeasurements(table, cells);
        if (runs.stream().anyMatch(run -> run.result().sent().isPresent())) {
            addSent(table, cells);
        }
        Set<RecordedRun> best = varied.best(runs);
        table.addText("");
        cells.add(run -> best.contains(run) ? BEST : "");
        for (RecordedRun run : sorted(runs, varied)) {
            table.addRow(cells.stream().map(cell -> cell.apply(run)).toList());
        }
        return best.isEmpty() ? table.toString() : table + legend(varied);
    }

    private static String legend(VariedKeys varied) {
        List<String> keys = varied.ofSeries().stream().map(VariedKeys::words).toList();
        return Shown.line(BEST + " best test accuracy of its " + String.join(", ", keys)) + "\n";
    }

    private static void addIdentity(
            TextTable table, List<Function<RecordedRun, String>> cells, List<RecordedRun> runs, VariedKeys varied) {
        for (String key : varied.ofSeries()) {
            if (runs.stream().anyMatch(run -> VariedKeys.value(run, key).matches("\\p{Alpha}.*"))) {
                table.addText(VariedKeys.words(key));
            } else {
                table.addNumber(VariedKeys.words(key));
            }
            cells.add(run -> VariedKeys.value(run, key));
        }
        table.addNumber(VariedKeys.words(VariedKeys.LEARNING_RATE));
        cells.add(run -> Decimal.format(run.result().learningRate()));
        if (varied.contains(VariedKeys.SEED)) {
            table.addNumber(VariedKeys.SEED);
            cells.add(run -> Long.toString(run.result().seed()));
        }
    }

    private static void addMeasurements(TextTable table, List<Function<RecordedRun, String>> cells) {
        table.addNumber("test accuracy (%)");
        cells.add(run -> text(run.result().testAccuracy(), accuracy -> format("%.2f", 100 * accuracy)));
        table.addNumber("test loss");
        cells.add(run -> text(run.result().testLoss(), loss -> format(loss < 1000 ? "%.4f" : "%.3e", loss)));
        table.addNumber("consensus distance");
        cells.add(run -> text(run.result().consensusDistance(), Tables::threeDigits));
        table.addNumber("images/s");
        cells.add(run -> text(run.result().imagesPerSecond(), speed -> format(speed < 100 ? "%.1f" : "%.0f", speed)));
    }

    private static void addSent(TextTable table, List<Function<RecordedRun, String>> cells) {
        table.addNumber("sent/step");
        cells.add(run -> text(run.result().bytesPerStep(), Bytes::format));
        table.addNumber("sent");
        cells.add(run -> run.result().sent().map(sent -> Bytes.format(sent.bytes())).orElse(ABSENT));
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

    private static List<RecordedRun> sorted(List<RecordedRun> runs, VariedKeys varied) {
        List<String> order = runs.stream().map(varied::series).distinct().toList();
        return runs.stream()
                .sorted(Comparator.<RecordedRun>comparingInt(run -> order.indexOf(varied.series(run)))
                        .thenComparingDouble(run -> run.result().learningRate())
                        .thenComparingLong(run -> run.result().seed()))
                .toList();
    }
}
