package dev.gossamer.record;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.commons.csv.CSVRecord;

/** One row of a CSV file, its values by column; a value that does not fit is refused with file and line. */
final class CsvRow {

    private final Path file;
    private final long line;
    private final List<String> header;
    private final CSVRecord values;

    CsvRow(Path file, long line, List<String> header, CSVRecord values) {
        this.file = file;
        this.line = line;
        this.header = header;
        this.values = values;
        if (values.size() != header.size()) {
            throw problem("a row has " + header.size() + " values, got " + values.size());
        }
    }

    String text(String column) {
        return values.get(header.indexOf(column));
    }

    double number(String column) {
        return parse(column, "a number", Double::parseDouble);
    }

    OptionalDouble optionalNumber(String column) {
        return text(column).isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(number(column));
    }

    int integer(String column) {
        return parse(column, "a whole number", Integer::parseInt);
    }

    long longInteger(String column) {
        return parse(column, "a whole number", Long::parseLong);
    }

    /** Reads a value, or refuses it saying what the column must hold. */
    <T> T parse(String column, String what, Function<String, T> parser) {
        try {
            return parser.apply(text(column));
        } catch (IllegalArgumentException e) {
            throw problem(column + " must be " + what + ", got \"" + text(column) + "\"");
        }
    }

    private RecordException problem(String sentence) {
        return new RecordException(file + ", line " + line + ": " + sentence);
    }
}
