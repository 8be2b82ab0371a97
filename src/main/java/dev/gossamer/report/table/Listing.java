package dev.gossamer.report.table;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Rows of one kind as text for people and for programs: a table of rounded numbers, or CSV or JSON with every digit.
 * Values are strings, integers, doubles, lists of doubles, or null where there is none.
 *
 * @param <R> the kind of rows
 */
public final class Listing<R> {

    private static final ObjectMapper JSON = JsonMapper.builder(
                    new JsonFactoryBuilder().characterEscapes(new TerminalEscapes()).build())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private static final String ABSENT = "-";

    /** Every string in JSON as it is, but so that a terminal shows it and does nothing else. */
    private static final class TerminalEscapes extends CharacterEscapes {

        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public SerializableString getEscapeSequence(int c) {
            return Shown.mustBeEscaped((char) c) ? new SerializedString(Shown.escaped(Character.toString(c))) : null;
        }
    }

    /** A column; that of texts has no way of its own to look in tables. */
    private record Column<R>(String field, String heading, Function<R, Object> value, Function<Object, String> cell) {}

    private final List<Column<R>> columns = new ArrayList<>();

    /** Makes one without columns. */
    public Listing() {}

    /** Adds a column whose values look the same everywhere. */
    public Listing<R> text(String field, String heading, Function<R, Object> value) {
        columns.add(new Column<>(field, heading, value, null));
        return this;
    }

    /**
     * Adds a column of numbers.
     *
     * @param field name in CSV and JSON
     * @param heading name in tables
     * @param value the number of a row, or null
     * @param cell how a number looks in tables
     */
    public Listing<R> number(String field, String heading, Function<R, Object> value, Function<Object, String> cell) {
        columns.add(new Column<>(field, heading, value, cell));
        return this;
    }

    /** A JSON array of an object for each row; null where there is no value. */
    public String json(List<R> rows) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (R row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            columns.forEach(column -> object.put(column.field, column.value.apply(row)));
            objects.add(object);
        }
        try {
            return JSON.writeValueAsString(objects) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError("strings, numbers and lists of numbers are JSON", e);
        }
    }

    /**
     * CSV with a header; nothing where there is no value, and blanks between the numbers of a list. CSV has no way to
     * escape characters that a terminal acts on, so that they are written as in tables; JSON holds them.
     */
    public String csv(List<R> rows) {
        StringWriter text = new StringWriter();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get())) {
            printer.printRecord(columns.stream().map(column -> Shown.escaped(column.field)));
            for (R row : rows) {
                printer.printRecord(columns.stream().map(column -> csv(column.value.apply(row))));
            }
        } catch (IOException e) {
            throw new AssertionError("a string writer does not fail", e);
        }
        return text.toString();
    }

    private static String csv(Object value) {
        if (value instanceof Double number) {
            return Decimal.format(number);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Listing::csv).collect(Collectors.joining(" "));
        }
        return value == null ? "" : Shown.escaped(value.toString());
    }

    /** A table of aligned columns. */
    public String table(List<R> rows) {
        TextTable table = new TextTable();
        for (Column<R> column : columns) {
            if (column.cell == null) {
                table.addText(column.heading);
            } else {
                table.addNumber(column.heading);
            }
        }
        rows.forEach(row -> table.addRow(columns.stream().map(column -> cell(column, row)).toList()));
        return table.toString();
    }

    private static <R> String cell(Column<R> column, R row) {
        Object value = column.value.apply(row);
        if (value == null) {
            return ABSENT;
        }
        return column.cell == null ? value.toString() : column.cell.apply(value);
    }
}
