package dev.gossamer.data;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/**
 * A table of comma-separated values, or separated by semicolons or tabs where its first line has no comma. A first line
 * without a number is its header.
 *
 * @param path the file
 * @param header names of all columns; numbers from 1 where the file has none
 * @param label the column with the class, from 0
 * @param examples the rows
 */
record CsvTable(Path path, List<String> header, int label, Examples examples) {

    private static final int MOST_COLUMNS = 1 << 20;
    private static final List<String> SEPARATORS = List.of(",", ";", "\t");

    /**
     * Reads a file.
     *
     * @param label name of the column with the class, or its number from 1; null for the last one
     * @param classes takes the names of the classes
     * @throws DataException if it is no such table, with the line and what was expected there
     */
    static CsvTable read(Path path, String label, ClassNames classes) {
        try (TextLines lines = new TextLines(path)) {
            String first = lines.next();
            if (first == null) {
                throw new DataException(path + " is empty: expected rows of numbers and a class.");
            }
            String separator = SEPARATORS.stream().filter(first::contains).findFirst().orElse(",");
            List<String> cells = cells(first, separator, lines);
            if (cells.size() < 2 || cells.size() > MOST_COLUMNS) {
                throw lines.refused("expected 2 to %,d columns, found %,d", MOST_COLUMNS, cells.size());
            }
            boolean hasHeader = cells.stream().noneMatch(CsvTable::isNumber);
            List<String> header = hasHeader ? cells : numbers(cells.size());
            CsvTable table = new CsvTable(path, header, labelColumn(path, header, label), new Examples());
            for (String line = hasHeader ? lines.next() : first; line != null; line = lines.next()) {
                table.add(cells(line, separator, lines), lines, classes);
            }
            if (table.examples.size() == 0) {
                throw new DataException(path + " has no row below its header.");
            }
            return table;
        }
    }

    private static List<String> numbers(int count) {
        String[] numbers = new String[count];
        Arrays.setAll(numbers, i -> Integer.toString(i + 1));
        return List.of(numbers);
    }

    private static boolean isNumber(String cell) {
        try {
            Numbers.decimal(cell);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static int labelColumn(Path path, List<String> header, String label) {
        if (label == null) {
            return header.size() - 1;
        }
        int column = header.indexOf(label);
        if (column < 0 && label.matches("[1-9]\\d{0,6}") && Integer.parseInt(label) <= header.size()) {
            column = Integer.parseInt(label) - 1;
        }
        if (column < 0) {
            throw new DataException(path + " has no column " + Shown.value(label) + ": expected one of "
                    + Shown.shortened(String.join(", ", header)) + ", or a number up to " + header.size() + ".");
        }
        return column;
    }

    private static List<String> cells(String line, String separator, TextLines lines) {
        if (line.indexOf('"') < 0) {
            return Arrays.stream(line.split(separator, -1)).map(String::strip).toList();
        }
        CSVFormat format = CSVFormat.DEFAULT.builder().setDelimiter(separator).setIgnoreSurroundingSpaces(true).get();
        try (CSVParser parser = CSVParser.parse(line, format)) {
            return parser.getRecords().get(0).toList();
        } catch (IOException | UncheckedIOException e) {
            throw lines.refused("expected quotes around whole cells of one line, found %s", Shown.value(line));
        }
    }

    private void add(List<String> cells, TextLines lines, ClassNames classes) {
        if (cells.size() != header.size()) {
            throw lines.refused("expected %,d cells, as the lines before have, found %,d", header.size(), cells.size());
        }
        for (int column = 0; column < cells.size(); column++) {
            if (column != label) {
                examples.put(column < label ? column : column - 1, number(cells.get(column), column, lines));
            }
        }
        String name = cells.get(label);
        if (name.isEmpty()) {
            throw lines.refused("expected a class in column %s, found nothing", header.get(label));
        }
        int number = classes.find(name);
        if (number < 0) {
            throw lines.refused("expected one of the %,d classes before it, the most there may be, found %s",
                    ImageSet.MOST_CLASSES, Shown.value(name));
        }
        examples.end(number);
    }

    private float number(String cell, int column, TextLines lines) {
        try {
            float number = (float) Numbers.decimal(cell);
            if (Float.isInfinite(number)) {
                throw new NumberFormatException();
            }
            return number;
        } catch (NumberFormatException e) {
            throw lines.refused("expected a number in column %s, found %s", Shown.shortened(header.get(column)),
                    Shown.value(cell));
        }
    }

    /**
     * Checks that this table of test examples has the columns of that of training examples.
     *
     * @throws DataException if it has others
     */
    void checkLike(CsvTable train) {
        if (!header.equals(train.header)) {
            throw new DataException(path + " has the columns " + Shown.shortened(String.join(", ", header))
                    + ": expected those of " + train.path + ", " + Shown.shortened(String.join(", ", train.header))
                    + ".");
        }
    }
}
