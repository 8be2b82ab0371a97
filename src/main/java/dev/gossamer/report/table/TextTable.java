package dev.gossamer.report.table;

import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.List;

/** A table of aligned columns: text on the left of its column, numbers on the right. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<String> headers = new ArrayList<>();
    private final List<Boolean> numeric = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();

    void addText(String header) {
        add(header, false);
    }

    void addNumber(String header) {
        add(header, true);
    }

    private void add(String header, boolean number) {
        String shown = Shown.line(header);
        headers.add(shown);
        numeric.add(number);
        widths.add(shown.length());
    }

    /** Adds a row, with a value for each column; a terminal that shows the table does nothing but that. */
    void addRow(List<String> values) {
        List<String> cells = values.stream().map(Shown::line).toList();
        rows.add(cells);
        for (int column = 0; column < cells.size(); column++) {
            widths.set(column, Math.max(widths.get(column), cells.get(column).length()));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        appendRow(text, headers);
        appendRow(text, headers.stream().map(this::underline).toList());
        rows.forEach(row -> appendRow(text, row));
        return text.toString();
    }

    private String underline(String header) {
        return header.isEmpty() ? "" : "-".repeat(widths.get(headers.indexOf(header)));
    }

    private void appendRow(StringBuilder text, List<String> values) {
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < values.size(); column++) {
            String padding = " ".repeat(widths.get(column) - values.get(column).length());
            cells.add(numeric.get(column) ? padding + values.get(column) : values.get(column) + padding);
        }
        text.append(String.join(GAP, cells).stripTrailing()).append('\n');
    }
}
