package dev.gossamer.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of a run: {@code config.yaml}, {@code environment.json}, {@code metrics.csv}, {@code summary.json} and a
 * TensorBoard event file. Every method that writes throws {@link RecordException} where the disk is full, the folder
 * read-only or gone.
 */
public final class RunFolder implements Closeable {

    /** Name of the file of effective configuration values. */
    public static final String CONFIGURATION = "config.yaml";

    /** Name of the file that describes software, machine and data. */
    public static final String ENVIRONMENT = "environment.json";

    /** Name of the file that {@link MetricsFile} reads. */
    public static final String METRICS = "metrics.csv";

    /** Name of the file of the run's result. */
    public static final String SUMMARY = "summary.json";

    private final Path folder;
    private final MetricsFile metrics;
    private final EventFile events;

    private RunFolder(Path folder, MetricsFile metrics, EventFile events) {
        this.folder = folder;
        this.metrics = metrics;
        this.events = events;
    }

    /**
     * Makes the folder of a run, with its configuration and environment. Both are maps of strings to strings,
     * numbers, booleans, null, lists and such maps, and keep their order.
     *
     * @param folder a folder that does not exist yet, or an empty one; parents are made
     * @param configuration every effective value of the run
     * @param environment version, commit, JVM, backend, device, data set
     * @throws RecordException if the folder holds something already, or cannot be written
     */
    public static RunFolder create(Path folder, Map<String, ?> configuration, Map<String, ?> environment) {
        makeEmpty(folder);
        write(folder.resolve(CONFIGURATION), Mappers.yaml(configuration));
        write(folder.resolve(ENVIRONMENT), Mappers.json(environment));
        return new RunFolder(folder, MetricsFile.create(folder.resolve(METRICS)), EventFile.create(folder));
    }

    private static void makeEmpty(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isPresent()) {
                    throw new RecordException(
                            "run folder " + folder + " exists already; remove it, or give this run another folder");
                }
            }
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /** The folder. */
    public Path path() {
        return folder;
    }

    /** Appends one row to {@code metrics.csv} and the event file, and flushes it. */
    public void append(MetricsRow row) {
        append(List.of(row));
    }

    /**
     * Appends the rows of one evaluation to {@code metrics.csv} and the event file, and flushes them.
     *
     * @param rows at least one row, all of the same step
     */
    public void append(List<MetricsRow> rows) {
        metrics.append(rows);
        events.append(rows);
    }

    /** Writes {@code summary.json}, which appears as a whole or not at all and replaces an earlier one. */
    public void finish(RunResult result) {
        WholeFile.write(folder.resolve(SUMMARY), Mappers.json(RunResults.fields(result)));
    }

    /** Closes the files. */
    @Override
    public void close() {
        try (events) {
            metrics.close();
        }
    }
}
