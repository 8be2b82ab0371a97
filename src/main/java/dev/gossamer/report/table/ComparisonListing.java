package dev.gossamer.report.table;

import dev.gossamer.report.analysis.Comparison.Row;
import dev.gossamer.text.Shown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a comparison looks to people and to programs. */
public final class ComparisonListing {

    private static final String ABSENT = "-";

    private ComparisonListing() {}

    /** Every row with every digit, for CSV and JSON. */
    public static Listing<Row> listing() {
        return new Listing<Row>()
                .text("section", "section", Row::section)
                .text("runs", "runs", Row::runs)
                .text("key", "key", Row::key)
                .text("first", "first", Row::first)
                .text("second", "second", Row::second)
                .text("difference", "difference", Row::difference)
                .text("half_width", "half width", Row::halfWidth);
    }

    /**
     * Tables to read: what differs, and a line for each pair of runs.
     *
     * @param first name of the first side
     * @param second name of the second side
     */
    public static String tables(List<Row> rows, String first, String second) {
        StringBuilder text = new StringBuilder(
                "first:  " + Shown.line(first) + "\nsecond: " + Shown.line(second) + "\n\n");
        TextTable settings = new TextTable();
        List.of("differs in", "first", "second").forEach(settings::addText);
        List<Row> differing = rows.stream().filter(row -> row.section().matches("configuration|environment")).toList();
        differing.forEach(row -> settings.addRow(
                List.of(row.key(), row.first().toString(), row.second().toString())));
        text.append(differing.isEmpty() ? "no difference in configuration or environment\n" : settings).append('\n');
        text.append(outcomes(rows));
        List<Row> means = rows.stream().filter(row -> row.section().equals("mean")).toList();
        return means.isEmpty() ? text.toString() : text.append('\n').append(means(means)).toString();
    }

    /** A line for each run that both sides have. */
    private static String outcomes(List<Row> rows) {
        Map<String, Map<String, Row>> pairs = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.section().equals("outcome"))
                .forEach(row -> pairs.computeIfAbsent(row.runs(), key -> new LinkedHashMap<>()).put(row.key(), row));
        long alone = pairs.values().stream().filter(pair -> !isPair(pair)).count();
        String note = alone == 0 ? "" : "runs without counterpart: " + alone + "; --format csv lists them\n";
        return alone == pairs.size() ? note : table(pairs) + note;
    }

    private static boolean isPair(Map<String, Row> pair) {
        return pair.get("status").first() != null && pair.get("status").second() != null;
    }

    private static TextTable table(Map<String, Map<String, Row>> pairs) {
        TextTable table = new TextTable();
        List.of("runs", "status", "").forEach(table::addText);
        List.of("test accuracy (%)", "", "difference", "test loss", "", "difference").forEach(table::addNumber);
        pairs.entrySet().stream().filter(pair -> isPair(pair.getValue())).forEach(pair -> {
            String runs = pair.getKey();
            Map<String, Row> row = pair.getValue();
            Row accuracy = row.get("test_accuracy");
            Row loss = row.get("test_loss");
            Row status = row.get("status");
            table.addRow(List.of(
                    runs.isEmpty() ? "all" : runs, cell(status.first()), cell(status.second()),
                    cell("%.2f", 100, accuracy.first()), cell("%.2f", 100, accuracy.second()),
                    cell("%+.2f", 100, accuracy.difference()),
                    cell("%.4f", 1, loss.first()), cell("%.4f", 1, loss.second()),
                    cell("%+.4f", 1, loss.difference())));
        });
        return table;
    }

    private static TextTable means(List<Row> means) {
        TextTable table = new TextTable();
        List.of("mean over seeds", "").forEach(table::addText);
        List.of("first", "second", "difference", "± (95 %)").forEach(table::addNumber);
        for (Row row : means) {
            table.addRow(List.of(row.runs(), row.key().replace('_', ' '), cell("%.4f", 1, row.first()),
                    cell("%.4f", 1, row.second()), cell("%+.4f", 1, row.difference()),
                    cell("%.4f", 1, row.halfWidth())));
        }
        return table;
    }

    private static String cell(Object value) {
        return value == null ? ABSENT : value.toString();
    }

    private static String cell(String format, double scale, Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, format, scale * number) : ABSENT;
    }
}
