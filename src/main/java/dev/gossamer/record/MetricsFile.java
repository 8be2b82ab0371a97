package dev.gossamer.record;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code metrics.csv} of a run. Columns: {@code step, epoch, elapsed_seconds, learning_rate, split, worker, loss,
 * accuracy, consensus_distance}, as {@link MetricsRow} says. Numbers are the shortest decimals that read back as the
 * same double; not a number is {@code NaN}, infinity {@code Infinity}.
 */
public final class MetricsFile implements Closeable {

    private static final List<String> HEADER = List.of(
            "step",
            "epoch",
            "elapsed_seconds",
            "learning_rate",
            "split",
            "worker",
            "loss",
            "accuracy",
            "consensus_distance");

    private final CsvAppender csv;

    private MetricsFile(CsvAppender csv) {
        this.csv = csv;
    }

    /** A new file with its header. */
    static MetricsFile create(Path file) {
        return new MetricsFile(CsvAppender.create(file, HEADER));
    }

    /** A file that is continued after its first so many bytes. */
    static MetricsFile reopen(Path file, long length) {
        return new MetricsFile(CsvAppender.reopen(file, length));
    }

    /** Hands everything to the disk; the length in bytes. */
    long sync() {
        return csv.sync();
    }

    /** Appends the rows of an evaluation and flushes them. */
    void append(List<MetricsRow> rows) {
        csv.append(rows.stream().map(MetricsFile::values).toList());
    }

    @Override
    public void close() {
        csv.close();
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
                Decimal.format(row.consensusDistance()));
    }

    /**
     * Reads the rows of a {@code metrics.csv}. A last line without line break, which a killed process leaves, is
     * skipped.
     *
     * @throws RecordException if the file cannot be read or is no metrics file; the message has the file and the line
     */
    public static List<MetricsRow> read(Path metricsCsv) {
        return CsvReader.open(metricsCsv, HEADER).rows(MetricsFile::row);
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
                row.number("consensus_distance"));
    }
}
