package dev.gossamer.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of a run: {@code config.yaml}, {@code environment.json}, {@code metrics.csv}, {@code summary.json}, a
 * TensorBoard event file, {@code checkpoints/}, and {@code graph.csv} where the topology was read from a file. Every
 * method that writes throws {@link RecordException} where the disk is full, the folder read-only or gone.
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

    /** The entry of the environment that equal data have in common. */
    public static final String FINGERPRINT = "data_fingerprint";

    /** The entry of the environment that runs on the same graph have in common, where that is from a file. */
    public static final String TOPOLOGY_FINGERPRINT = "topology_fingerprint";

    /** Name of the file of the graph of the topology, where that is from a file. */
    public static final String GRAPH = "graph.csv";

    /** What there may be in the folder, beside the event file and the checkpoints; what a run is, is removed last. */
    private static final List<String> FILES = List.of(METRICS, SUMMARY, WorkerCovariance.CSV, WorkerCovariance.JSON,
            WorkerCovariance.PICTURE, GRAPH, ENVIRONMENT, CONFIGURATION);

    private static final int KEPT = 2;

    private final Path folder;
    private final MetricsFile metrics;
    private final EventFile events;
    private final CheckpointFolder checkpoints;

    private RunFolder(Path folder, MetricsFile metrics, EventFile events) {
        this.folder = folder;
        this.metrics = metrics;
        this.events = events;
        checkpoints = new CheckpointFolder(folder);
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
        return create(folder, configuration, environment, Optional.empty());
    }

    /**
     * Makes the folder of a run in the same way.
     *
     * @param graph text of {@value #GRAPH}, where there is one
     */
    public static RunFolder create(
            Path folder, Map<String, ?> configuration, Map<String, ?> environment, Optional<String> graph) {
        makeEmpty(folder);
        graph.ifPresent(text -> WholeFile.write(folder.resolve(GRAPH), text));
        WholeFile.write(folder.resolve(ENVIRONMENT), Mappers.json(environment));
        WholeFile.write(folder.resolve(CONFIGURATION), Mappers.yaml(configuration));
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

    /**
     * Opens the folder of a run that is continued. What was recorded after the checkpoint is cut off.
     *
     * @param folder a folder that {@link #create} made
     * @param checkpoint one of its checkpoints
     * @throws RecordException if it cannot be written
     */
    public static RunFolder reopen(Path folder, Checkpoint checkpoint) {
        CheckpointHeader state = checkpoint.header();
        Path eventFile = EventFile.in(folder).orElseThrow();
        MetricsFile metrics = MetricsFile.reopen(folder.resolve(METRICS), state.metricsBytes());
        return new RunFolder(folder, metrics, EventFile.reopen(eventFile, state.eventsBytes()));
    }

    /**
     * The newest checkpoint that a run can be continued from. Newer ones that cannot be used are put aside.
     *
     * @param folder the folder of a run, which need not exist
     * @param warnings takes a sentence about each checkpoint that cannot be used
     * @return empty where there is none
     * @throws RecordException if the folder cannot be read
     */
    public static Optional<Checkpoint> newestCheckpoint(Path folder, Consumer<String> warnings) {
        return new CheckpointFolder(folder).newest(state -> continues(state, folder), warnings);
    }

    private static boolean continues(CheckpointHeader state, Path folder) {
        long events = EventFile.in(folder).map(file -> file.toFile().length()).orElse(-1L);
        return folder.resolve(METRICS).toFile().length() >= state.metricsBytes() && events >= state.eventsBytes();
    }

    /**
     * Removes what a run left in its folder, and nothing else.
     *
     * @param folder the folder of a run, which need not exist
     * @throws RecordException if something cannot be removed
     */
    public static void clear(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        new CheckpointFolder(folder).clear();
        try {
            for (String name : FILES) {
                Files.deleteIfExists(folder.resolve(name));
                Files.deleteIfExists(folder.resolve(name + WholeFile.UNFINISHED));
            }
            Optional<Path> events = EventFile.in(folder);
            if (events.isPresent()) {
                Files.delete(events.get());
            }
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
    }

    /**
     * The values of a run's {@code config.yaml} as they are written.
     *
     * @param folder the folder of a run, which need not exist
     * @return empty where there is no such file
     * @throws RecordException if it cannot be read
     */
    public static Map<String, String> configuration(Path folder) {
        Path file = folder.resolve(CONFIGURATION);
        return Files.exists(file) ? Mappers.yamlTexts(text(file), file) : Map.of();
    }

    /** The values of a configuration as {@link #configuration(Path)} would read them back. */
    public static Map<String, String> texts(Map<String, ?> configuration) {
        return Mappers.yamlTexts(Mappers.yaml(configuration), Path.of(CONFIGURATION));
    }

    /**
     * A value of a run's {@code environment.json} as it is written.
     *
     * @param folder the folder of a run, which need not exist
     * @return empty where there is no such file or value
     * @throws RecordException if it cannot be read
     */
    public static Optional<String> environment(Path folder, String name) {
        Path file = folder.resolve(ENVIRONMENT);
        return Files.exists(file)
                ? Optional.ofNullable(Mappers.jsonTexts(text(file), file).get(name))
                : Optional.empty();
    }

    /**
     * The result of a run that has ended.
     *
     * @param folder the folder of a run, which need not exist
     * @return empty where it has no {@code summary.json}
     * @throws RecordException if it cannot be read
     */
    public static Optional<RunResult> result(Path folder) {
        Path file = folder.resolve(SUMMARY);
        return Files.exists(file)
                ? Optional.of(RunResults.result(new Fields(file.toString(), Mappers.jsonTexts(text(file), file))))
                : Optional.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }

    /**
     * The rows of the last evaluation that is recorded.
     *
     * @return none where there was none
     */
    public List<MetricsRow> lastEvaluation() {
        List<MetricsRow> rows = MetricsFile.read(folder.resolve(METRICS));
        long last = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).step();
        return rows.stream().filter(row -> row.step() == last).toList();
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

    /**
     * Writes a checkpoint, so that the run can be continued from here; the last two are kept.
     *
     * @param step training steps done
     * @param workers number of workers n
     * @param parameters number of parameters d of a worker
     * @param matrices names of the matrices [n, d]
     * @param rows gives their rows
     * @param measured what the run has measured
     * @param last whether the run needs no other any more, so that this one only is kept
     */
    public void checkpoint(
            long step,
            int workers,
            long parameters,
            List<String> matrices,
            Checkpoint.Rows rows,
            Checkpoint.Measured measured,
            boolean last) {
        CheckpointHeader header = new CheckpointHeader(CheckpointHeader.FORMAT, step, workers, parameters, matrices,
                measured.stepTimes().length, measured.repetitions().length, metrics.sync(), events.sync());
        checkpoints.write(header, rows, measured, last ? 1 : KEPT);
    }

    /**
     * Writes {@code summary.json}, which appears as a whole or not at all and replaces an earlier one, after everything
     * that it sums up is on the disk.
     */
    public void finish(RunResult result) {
        metrics.sync();
        events.sync();
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
