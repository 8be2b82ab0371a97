package dev.gossamer.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code lr-accuracy.csv} of an experiment: how the learning rate affects accuracy, one row per run, in their order.
 * Columns: {@code experiment, topology, workers, model, learning_rate, seed, status, steps, test_accuracy, test_loss,
 * train_accuracy, train_loss, consensus_distance, images_per_second}, as {@link RunResult} says; what is absent is
 * empty.
 */
public final class LearningRateAccuracy implements Closeable {

    /** The name of the file in the folder of an experiment. */
    public static final String FILE_NAME = "lr-accuracy.csv";

    private final CsvAppender csv;

    private LearningRateAccuracy(CsvAppender csv) {
        this.csv = csv;
    }

    /**
     * Opens the file of an experiment to append to, and makes folder and file where they are missing. A last line
     * that a killed process left unfinished is cut off.
     *
     * @throws RecordException if the file cannot be written or has another header
     */
    public static LearningRateAccuracy open(Path experimentFolder) {
        try {
            Files.createDirectories(experimentFolder);
        } catch (IOException e) {
            throw RecordException.writing(experimentFolder, e);
        }
        return new LearningRateAccuracy(CsvAppender.open(experimentFolder.resolve(FILE_NAME), RunResults.HEADER));
    }

    /**
     * Appends the row of a run and flushes it.
     *
     * @throws RecordException if the file is gone or cannot be written
     */
    public void append(RunResult result) {
        csv.append(List.of(RunResults.row(result)));
    }

    @Override
    public void close() {
        csv.close();
    }

    /**
     * Reads the rows of a {@code lr-accuracy.csv}. A last line without line break, which a killed process leaves, is
     * skipped.
     *
     * @throws RecordException if the file cannot be read or has another form; the message has the file and the line
     */
    public static List<RunResult> read(Path csv) {
        return CsvReader.open(csv, RunResults.HEADER).rows(RunResults::result);
    }
}
