package dev.gossamer.record;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code lr-accuracy.csv} of an experiment: how the learning rate affects accuracy, one row per run, in their order.
 * Columns: {@code experiment, topology, workers, model, learning_rate, seed, status, steps, test_accuracy, test_loss,
 * train_accuracy, train_loss, consensus_distance, images_per_second, messages, bytes_sent}, as {@link RunResult} says;
 * what is absent is empty. Earlier versions did not write the last two.
 */
public final class LearningRateAccuracy {

    /** The name of the file in the folder of an experiment. */
    public static final String FILE_NAME = "lr-accuracy.csv";

    /** What is written into the folder of an experiment, as a regular expression. */
    private static final String DERIVED =
            "(lr-accuracy|seeds|paired-differences)\\.csv|(lr-accuracy|curves|accuracy-sent)\\.svg";

    private LearningRateAccuracy() {}

    /**
     * Writes the rows of an experiment in place of those before, as a whole or not at all.
     *
     * @throws RecordException if the file cannot be written
     */
    public static void write(Path experimentFolder, List<RunResult> results) {
        WholeFile.replace(experimentFolder.resolve(FILE_NAME), RunResults.csv(results));
    }

    /**
     * Prepares a folder, which no process writes to now, for results to be written anew: removes what killed processes
     * have left unfinished, and gives a table that is not as it was written another name.
     *
     * @param warnings takes a sentence about the table
     * @throws RecordException if that is not possible
     */
    public static void prepare(Path experimentFolder, Consumer<String> warnings) {
        WholeFile.clear(experimentFolder, DERIVED);
        Path csv = experimentFolder.resolve(FILE_NAME);
        if (Files.exists(csv, LinkOption.NOFOLLOW_LINKS)) {
            try {
                read(csv);
            } catch (RecordException e) {
                warnings.accept(e.getMessage() + "; it is made again, and what was there is in "
                        + WholeFile.putAside(csv, FILE_NAME));
            }
        }
    }

    /**
     * Reads the rows of a {@code lr-accuracy.csv}. A last line without line break is skipped.
     *
     * @throws RecordException if the file cannot be read or has another form; the message has the file and the line
     */
    public static List<RunResult> read(Path csv) {
        return CsvReader.open(csv, RunResults.HEADER, RunResults.EARLIER).rows(RunResults::result);
    }
}
