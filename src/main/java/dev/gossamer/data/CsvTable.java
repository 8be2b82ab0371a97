package dev.gossamer.data;

import dev.gossamer.text.Nearest;
import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A table of comma-separated values, or separated by semicolons or tabs where its first line has no comma outside of
 * quotes. A first line whose features are no numbers is its header.
 *
 * @param path the file
 * @param header names of all columns; numbers from 1 where the file has none
 * @param label the column with the class, from 0
 * @param group the column that says which rows belong together; -1 where there is none
 * @param examples the rows
 */
record CsvTable(Path path, List<String> header, int label, int group, Examples examples) {

    private static final int MOST_COLUMNS = 1 << 20;

    /**
     * Reads a file.
     *
     * @param label name of the column with the class, or its number from 1; null for the last one
     * @param group name or number of the column that says which rows belong together; null where there is none
     * @param headed whether the first line is a header; null where that is to be found out
     * @param classes takes the names of the classes
     * @throws DataException if it is no such table, with the line and what was expected there
     */
    static CsvTable read(Path path, String label, String group, Boolean headed, ClassNames classes) {
        try (CsvRows rows = new CsvRows(path)) {
            if (!rows.advance()) {
                throw new DataException(path + " is empty: expected rows of numbers and a class.");
            }
            int fewest = group == null ? 2 : 3;
            if (rows.size() < fewest || rows.size() > MOST_COLUMNS) {
                throw rows.refused("expected %d to %,d columns, found %,d", fewest, MOST_COLUMNS, rows.size());
            }
            List<String> first = rows.cells();
            boolean hasHeader = headed == null ? isHeader(first, label, group, rows) : headed;
            List<String> header = hasHeader ? first : numbers(first.size());
            CsvTable table = new CsvTable(path, header, label == null ? header.size() - 1 : column(path, header, label),
                    group == null ? -1 : column(path, header, group), new Examples(path));
            table.checkGroup();
            Map<String, Integer> groups = new HashMap<>();
            for (boolean isThere = !hasHeader || rows.advance(); isThere; isThere = rows.advance()) {
                table.add(rows, classes, groups);
            }
            if (table.examples.size() == 0) {
                throw new DataException(path + " has no row below its header.");
            }
            if (headed == null && !hasHeader) {
                table.checkFirst(first);
            }
            return table;
        }
    }

    private void checkGroup() {
        if (group == label) {
            throw new DataException(path + " has its classes in column " + Shown.value(header.get(label))
                    + ", which is given as group, too: expected two columns, of which +label= names that of the"
                    + " classes.");
        }
    }

    /** Whether the cells of the first line are names: that of the label's column is there, or none is a feature. */
    private static boolean isHeader(List<String> cells, String label, String group, CsvRows rows) {
        if (isName(label, cells) || isName(group, cells)) {
            return true;
        }
        int last = cells.size() - 1;
        int classes = isNumber(label) ? Integer.parseInt(label) - 1 : last;
        int groups = isNumber(group) ? Integer.parseInt(group) - 1 : classes;
        int[] features = IntStream.rangeClosed(0, last).filter(column -> column != classes && column != groups)
                .toArray();
        int[] names = Arrays.stream(features).filter(column -> !Numbers.isDecimal(cells.get(column))).toArray();
        boolean isHeader = names.length == features.length;
        if (names.length > 0 && !isHeader) {
            throw rows.refused("expected numbers, or the names of all columns, found %s in column %d;"
                    + " +header=yes or +header=no says which they are", Shown.value(cells.get(names[0])), names[0] + 1);
        }
        return isHeader;
    }

    private static boolean isName(String column, List<String> cells) {
        return column != null && !Numbers.isDecimal(column) && cells.contains(column);
    }

    private static boolean isNumber(String column) {
        return column != null && column.matches("[1-9]\\d{0,6}");
    }

    /** Programs number columns that have no names, and such a header looks like an example. */
    private void checkFirst(List<String> cells) {
        int[] features = features();
        boolean isCount = IntStream.range(0, features.length).allMatch(i -> isNumber(cells.get(features[i]), i))
                || Arrays.stream(features).allMatch(column -> isNumber(cells.get(column), column));
        boolean isLone = Arrays.stream(examples.classes()).filter(found -> found == 0).count() == 1;
        if (isCount && (isLone || isNumber(cells.get(label), label))) {
            throw new DataException(path + " line 1: expected an example or a header, found "
                    + Shown.shortened(String.join(", ", cells)) + ", which may be either; +header=yes or +header=no"
                    + " says which it is.");
        }
    }

    private static boolean isNumber(String cell, int number) {
        return cell.equals(Integer.toString(number));
    }

    private static List<String> numbers(int count) {
        String[] numbers = new String[count];
        Arrays.setAll(numbers, i -> Integer.toString(i + 1));
        return List.of(numbers);
    }

    private static int column(Path path, List<String> header, String name) {
        int column = header.indexOf(name);
        if (column < 0 && isNumber(name) && Integer.parseInt(name) <= header.size()) {
            column = Integer.parseInt(name) - 1;
        }
        if (column < 0) {
            throw new DataException(path + " has no column " + Shown.value(name) + ": expected one of "
                    + Shown.shortened(String.join(", ", header)) + ", or a number up to " + header.size()
                    + Nearest.question(name, header) + (Nearest.to(name, header).isPresent() ? "" : "."));
        }
        return column;
    }

    /** Names of the columns without those of the class and the group. */
    List<String> featureNames() {
        return Arrays.stream(features()).mapToObj(header::get).toList();
    }

    /** The columns without those of the class and the group. */
    private int[] features() {
        return IntStream.range(0, header.size()).filter(column -> column != label && column != group).toArray();
    }

    /** Which rows belong together; empty where no column says that. */
    Optional<Groups> groups() {
        return group < 0 ? Optional.empty() : Optional.of(new Groups(header.get(group), examples.groups()));
    }

    private void add(CsvRows rows, ClassNames classes, Map<String, Integer> groups) {
        if (rows.size() != header.size()) {
            throw rows.refused("expected %,d cells, as the lines before have, found %,d", header.size(), rows.size());
        }
        int feature = 0;
        for (int column = 0; column < rows.size(); column++) {
            if (column != label && column != group) {
                examples.put(feature++, number(rows, column));
            }
        }
        String name = name(rows, label, "class");
        int number = classes.find(name);
        if (number < 0) {
            throw rows.refused("expected one of the %,d classes before it, the most there may be, found %s",
                    ImageSet.MOST_CLASSES, Shown.value(name));
        }
        examples.end(number, group < 0 ? 0 : groups.computeIfAbsent(name(rows, group, "group"), x -> groups.size()));
    }

    private String name(CsvRows rows, int column, String kind) {
        String name = rows.cell(column);
        if (name.isEmpty()) {
            throw rows.refused("expected a %s in column %s, found nothing", kind,
                    Shown.shortened(header.get(column)));
        }
        return name;
    }

    private float number(CsvRows rows, int column) {
        try {
            return rows.number(column);
        } catch (NumberFormatException e) {
            throw rows.refused("expected a number in column %s, found %s", Shown.shortened(header.get(column)),
                    Shown.value(rows.cell(column)));
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
