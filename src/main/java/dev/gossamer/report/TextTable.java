package dev.gossamer.report;

import java.util.ArrayList;
import java.util.List;

/** A table of aligned columns: text on the left of its column, numbers on the right. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<String> headers = new ArrayList<>();
    private final List<Boolean> numeric = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    void addText(String header) {
        headers.add(header);
        numeric.add(false);
    }

    void addNumber(String header) {
        headers.add(header);
        numeric.add(true);
    }

    /** Adds a row, with a value for each column. */
    void addRow(List<String> values) {
        rows.add(List.copyOf(values));
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
        return header.isEmpty() ? "" : "-".repeat(width(headers.indexOf(header)));
    }

    private void appendRow(StringBuilder text, List<String> values) {
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < values.size(); column++) {
            String padding = " ".repeat(width(column) - values.get(column).length());
            cells.add(numeric.get(column) ? padding + values.get(column) : values.get(column) + padding);
        }
        text.append(String.join(GAP, cells).stripTrailing()).append('\n');
    }

    private int width(int column) {
        int width = headers.get(column).length();
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }
}
