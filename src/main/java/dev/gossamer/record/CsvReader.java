package dev.gossamer.record;

import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads a CSV file of a known header. Strict, but for a last line without line break: a process that was killed while
 * writing left it, and it is not read, even if it looks whole.
 */
final class CsvReader {

    private final Path file;
    private final List<String> header;
    private final String content;

    private CsvReader(Path file, List<String> header, int earlier, String content) {
        this.file = file;
        this.content = content;
        this.header = found(header, earlier);
    }

    private static int completeLength(byte[] content) {
        int length = content.length;
        while (length > 0 && content[length - 1] != '\n') {
            length--;
        }
        return length;
    }

    /**
     * Reads a file and checks its header, unless not even the header is complete.
     *
     * @param earlier how many of the columns earlier versions wrote, whose files are read, too
     * @throws RecordException if the file cannot be read or has another header
     */
    static CsvReader open(Path file, List<String> header, int earlier) {
        return new CsvReader(file, header, earlier, content(file));
    }

    /**
     * The cells of every complete row of a file of any header.
     *
     * @throws RecordException if the file cannot be read
     */
    static List<List<String>> cells(Path file) {
        List<List<String>> rows = new ArrayList<>();
        parse(file, content(file), (line, values) -> rows.add(values.toList()));
        return rows;
    }

    private static String content(Path file) {
        try {
            return complete(RecordBytes.read(file, RecordBytes.MOST_OF_ROWS));
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }

    private static String complete(byte[] bytes) throws CharacterCodingException {
        ByteBuffer complete = ByteBuffer.wrap(bytes, 0, completeLength(bytes));
        return StandardCharsets.UTF_8.newDecoder().decode(complete).toString();
    }

    /**
     * The same, of what was read already.
     *
     * @throws CharacterCodingException if it is not UTF-8
     */
    static CsvReader of(Path file, List<String> header, int earlier, byte[] bytes) throws CharacterCodingException {
        return new CsvReader(file, header, earlier, complete(bytes));
    }

    /** The columns of the file. */
    private List<String> found(List<String> header, int earlier) {
        String expected = String.join(",", header);
        String found = content.lines().findFirst().orElse(expected);
        List<String> before = header.subList(0, earlier);
        if (found.equals(expected) || found.equals(String.join(",", before))) {
            return found.equals(expected) ? header : before;
        }
        throw new RecordException(
                file + ": the header must be \"" + expected + "\", got \"" + Shown.line(found) + "\"");
    }

    /** Number of columns of the file. */
    int columns() {
        return header.size();
    }

    /**
     * Reads every complete row.
     *
     * @throws RecordException if a row is not as it should be; the message has its line
     */
    <T> List<T> rows(Function<Fields, T> parse) {
        List<T> rows = new ArrayList<>();
        parse(file, content, (line, values) -> {
            if (values.getRecordNumber() > 1) {
                rows.add(parse.apply(fields(file + ", line " + line, values)));
            }
        });
        return rows;
    }

    private static void parse(Path file, String content, BiConsumer<Long, CSVRecord> row) {
        long line = 0;
        try (CSVParser parser = CSVParser.parse(content, CSVFormat.DEFAULT)) {
            for (CSVRecord values : parser) {
                line = parser.getCurrentLineNumber();
                row.accept(line, values);
            }
        } catch (IOException | UncheckedIOException e) { // there is no file any more that could not be read
            throw new RecordException(file + ", line " + (line + 1)
                    + ": a quoted value is not closed, or there is something between its end and the comma");
        }
    }

    private Fields fields(String place, CSVRecord values) {
        if (values.size() != header.size()) {
            throw new RecordException(place + ": a row has " + header.size() + " values, got " + values.size());
        }
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            texts.put(header.get(i), values.get(i));
        }
        return new Fields(place, texts);
    }
}
