package dev.gossamer.record;

import dev.gossamer.text.Decimal;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code metrics.csv} of a run. Columns: {@code step, epoch, elapsed_seconds, learning_rate, split, worker, loss,
 * accuracy, consensus_distance, messages, bytes_sent}, as {@link MetricsRow} says. Numbers are the shortest decimals
 * that read back as the same double; not a number is {@code NaN}, infinity {@code Infinity}. Earlier versions did not
 * write the last two; a run that one of them has begun goes on without.
 */
public final class MetricsFile {

    private static final List<String> HEADER = List.of(
            "step",
            "epoch",
            "elapsed_seconds",
            "learning_rate",
            "split",
            "worker",
            "loss",
            "accuracy",
            "consensus_distance",
            SentFields.NAMES.get(0),
            SentFields.NAMES.get(1));

    private static final int EARLIER = HEADER.size() - SentFields.NAMES.size();

    private final CsvAppender csv;
    private final int columns;

    private MetricsFile(CsvAppender csv, int columns) {
        this.csv = csv;
        this.columns = columns;
    }

    /** A new file with its header. */
    static MetricsFile create(Path file) {
        return new MetricsFile(CsvAppender.create(file, HEADER), HEADER.size());
    }

    /**
     * A file that is continued after its first bytes, which are known, with the columns that it has.
     *
     * @throws RecordException if it is no metrics file
     */
    static MetricsFile reopen(Path file, byte[] start) {
        try {
            int columns = CsvReader.of(file, HEADER, EARLIER, start).columns();
            return new MetricsFile(CsvAppender.reopen(file, start), columns);
        } catch (CharacterCodingException e) {
            throw RecordException.reading(file, e);
        }
    }

    /** Hands everything to the disk. */
    void sync() {
        csv.sync();
    }

    /** Number of bytes written. */
    long length() {
        return csv.length();
    }

    /** CRC-32C of the bytes written. */
    long checksum() {
        return csv.checksum();
    }

    /** Appends the rows of an evaluation and flushes them. */
    void append(List<MetricsRow> rows) {
        csv.append(rows.stream().map(row -> values(row).subList(0, columns)).toList());
    }

    private static List<String> values(MetricsRow row) {
        return List.of(
                Long.toString(row.step()),
                Decimal.format(row.epoch()),
                Decimal.format(row.elapsedSeconds()),
                Decimal.format(row.learningRate()),
                row.split(),
                row.worker(),
                Decimal.format(row.loss()),
                Decimal.format(row.accuracy()),
                Decimal.format(row.consensusDistance()),
                row.sent().map(sent -> Long.toString(sent.messages())).orElse(""),
                row.sent().map(sent -> Long.toString(sent.bytes())).orElse(""));
    }

    /**
     * Reads the rows of a {@code metrics.csv}. A last line without line break, which a killed process leaves, is
     * skipped.
     *
     * @throws RecordException if the file cannot be read or is no metrics file; the message has the file and the line
     */
    public static List<MetricsRow> read(Path metricsCsv) {
        return CsvReader.open(metricsCsv, HEADER, EARLIER).rows(MetricsFile::row);
    }

    /**
     * Whether a file starts with whole rows of a run up to some step, where no sum of them is known.
     *
     * @param length how many bytes of the file are looked at
     * @param lastStep no row is of a later one
     */
    static boolean startsWithRows(Path metricsCsv, long length, long lastStep) {
        if (!Files.isRegularFile(metricsCsv) || metricsCsv.toFile().length() < length) {
            return false;
        }
        try {
            byte[] start = start(metricsCsv, length);
            return start.length > 0
                    && start[start.length - 1] == '\n'
                    && CsvReader.of(metricsCsv, HEADER, EARLIER, start).rows(MetricsFile::row).stream()
                            .allMatch(row -> row.step() <= lastStep);
        } catch (RecordException | CharacterCodingException e) {
            return false;
        }
    }

    /** The first bytes of a file, as many as there are. */
    static byte[] start(Path file, long length) {
        try (InputStream content = new FileInputStream(file.toFile())) {
            return content.readNBytes(Math.toIntExact(length));
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }

    private static MetricsRow row(Fields row) {
        return new MetricsRow(
                row.longInteger("step"),
                row.number("epoch"),
                row.number("elapsed_seconds"),
                row.number("learning_rate"),
                row.text("split"),
                row.text("worker"),
                row.number("loss"),
                row.number("accuracy"),
                row.number("consensus_distance"),
                SentFields.read(row));
    }
}
