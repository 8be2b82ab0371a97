package dev.gossamer.record;

import dev.gossamer.text.Digests;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of a run: {@code config.yaml}, {@code environment.json}, {@code metrics.csv}, {@code summary.json}, a
 * TensorBoard event file, {@code checkpoints/}, where all steps are done {@code confusion.csv}, and {@code graph.csv}
 * where the topology was read from a file. Every method that writes throws {@link RecordException} where the disk is
 * full, the folder read-only or gone.
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

    /** Where it was computed, in the environment: {@code cpu}, or a GPU. */
    public static final String DEVICE = "device";

    /** The entry of the environment that runs on the same graph have in common, where that is from a file. */
    public static final String TOPOLOGY_FINGERPRINT = "topology_fingerprint";

    /** The entry of the environment that runs with the same parts have in common, where those are from a file. */
    public static final String PARTITION_FINGERPRINT = "partition_fingerprint";

    /** Name of the entry of {@code environment.json} with what a model that is read from a file is known by. */
    public static final String MODEL_FINGERPRINT = "model_fingerprint";

    /** Name of the file of the graph of the topology, where that is from a file. */
    public static final String GRAPH = "graph.csv";

    /** Keys of a configuration; threads matter where there is one worker, but not for what a checkpoint holds. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("devices", "threads");

    private static final int KEPT = 2;

    private final Path folder;
    private final MetricsFile metrics;
    private final EventFile events;
    private final CheckpointFolder checkpoints;
    private final String fingerprint;

    private RunFolder(Path folder, MetricsFile metrics, EventFile events) {
        this.folder = folder;
        this.metrics = metrics;
        this.events = events;
        checkpoints = new CheckpointFolder(folder);
        fingerprint = fingerprint(folder);
    }

    /**
     * Makes the folder of a run, with its configuration and environment. Both are maps of strings to strings,
     * numbers, booleans, null, lists and such maps, and keep their order.
     *
     * @param folder a folder that does not exist yet, or an empty one, in one that exists
     * @param configuration every effective value of the run
     * @param environment version, commit, JVM, backend, device, data set
     * @throws RecordException if the folder holds something already, or cannot be written
     */
    public static RunFolder create(Path folder, Map<String, ?> configuration, Map<String, ?> environment) {
        make(folder);
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new RecordException(
                        "run folder " + folder + " exists already; remove it, or give this run another folder");
            }
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
        return begin(folder, configuration, environment);
    }

    /** Not its parents: where the folder of results was renamed, it must not appear again. */
    private static void make(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
            }
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
    }

    private static RunFolder begin(Path folder, Map<String, ?> configuration, Map<String, ?> environment) {
        WholeFile.replace(folder.resolve(ENVIRONMENT), Mappers.json(environment));
        WholeFile.replace(folder.resolve(CONFIGURATION), Mappers.yaml(configuration));
        return new RunFolder(folder, MetricsFile.create(folder.resolve(METRICS)), EventFile.create(folder));
    }

    /**
     * Begins a run anew in a folder where one had been begun that has no checkpoint to go on from. What will be
     * recorded again is removed; it is put aside where it is not as it was written, or where there were checkpoints,
     * which cannot be used. Other files stay.
     *
     * @param folder the folder of a run, which need not exist
     * @param configuration as for {@link #create}
     * @param environment as for {@link #create}
     * @param warnings takes a sentence where something had been recorded
     * @throws RecordException if the folder cannot be written
     */
    public static RunFolder restart(
            Path folder, Map<String, ?> configuration, Map<String, ?> environment, Consumer<String> warnings) {
        make(folder);
        new RunRepair(folder, warnings).clear();
        return begin(folder, configuration, environment);
    }

    /**
     * Opens the folder of a run that is continued. What was recorded after the checkpoint is cut off; where the files
     * are not what was written until then, they are put aside and made again.
     *
     * @param folder a folder that {@link #create} made
     * @param checkpoint one of its checkpoints
     * @param environment as for {@link #create}; recorded where that of the start is gone
     * @param warnings takes a sentence about each file that is made again
     * @throws RecordException if it cannot be written
     */
    public static RunFolder reopen(
            Path folder, Checkpoint checkpoint, Map<String, ?> environment, Consumer<String> warnings) {
        RunRepair repair = new RunRepair(folder, warnings);
        repair.environment(environment);
        MetricsFile metrics = MetricsFile.reopen(folder.resolve(METRICS), repair.metrics(checkpoint));
        return new RunFolder(folder, metrics, repair.events(checkpoint.header().eventsBytes()));
    }

    /**
     * Sees to it that {@code graph.csv} of a run holds the graph. Another content is put aside.
     *
     * @param folder the folder of the run
     * @param graph the text of the file
     * @param warnings takes a sentence where something is put aside
     * @throws RecordException if it cannot be written
     */
    public static void keepGraph(Path folder, String graph, Consumer<String> warnings) {
        new RunRepair(folder, warnings).keep(GRAPH, graph.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a file of a run holds a text. */
    public static boolean holds(Path file, String content) {
        return RunRepair.isContent(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Looks over the files of a run that has ended, without reading its checkpoints to their end. What is damaged or
     * gone is told of, and made again where something else has it.
     *
     * @param folder the folder of the run
     * @param result its result
     * @param warnings takes a sentence about each such file
     * @return false where the run has to be ended again from its last checkpoint to have all its files
     * @throws RecordException if something cannot be written
     */
    public static boolean check(Path folder, RunResult result, Consumer<String> warnings) {
        return new RunRepair(folder, warnings).check(result);
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
        return new CheckpointFolder(folder).newest(state -> continues(state, folder.resolve(METRICS)), warnings);
    }

    /** Whether there is what was recorded until a checkpoint: in it, or, of earlier versions, in the file. */
    private static boolean continues(CheckpointHeader state, Path metrics) {
        return state.holdsMetrics() || MetricsFile.startsWithRows(metrics, state.metricsBytes(), state.step());
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
        return Files.exists(file) ? EarlierRecord.completed(Mappers.yamlTexts(file)) : Map.of();
    }

    /**
     * What a run is known by: SHA-256 over the values of its configuration, without those that do not change results.
     *
     * @param folder the folder of the run
     * @throws RecordException if the configuration cannot be read
     */
    static String fingerprint(Path folder) {
        Path file = folder.resolve(CONFIGURATION);
        Map<String, Object> values = new TreeMap<>(Files.exists(file) ? Mappers.yamlValues(file) : Map.of());
        values.keySet().removeAll(WITHOUT_EFFECT);
        return Digests.sha256(Mappers.yaml(values).getBytes(StandardCharsets.UTF_8));
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
                ? Optional.ofNullable(Mappers.jsonTexts(file).get(name))
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
                ? Optional.of(RunResults.result(new Fields(file.toString(), Mappers.jsonTexts(file))))
                : Optional.empty();
    }

    /**
     * The rows of the last evaluation that a run has recorded.
     *
     * @param folder the folder of the run
     * @return none where there was none
     * @throws RecordException if they cannot be read
     */
    public static List<MetricsRow> lastEvaluation(Path folder) {
        List<MetricsRow> rows = MetricsFile.read(folder.resolve(METRICS));
        long last = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).step();
        return rows.stream().filter(row -> row.step() == last).toList();
    }

    /** The rows of the last evaluation that is recorded. */
    public List<MetricsRow> lastEvaluation() {
        return lastEvaluation(folder);
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
                measured.stepTimes().length, measured.repetitions().length, metrics.length(), metrics.checksum(),
                events.sync(), fingerprint);
        checkpoints.write(header, rows, measured, folder.resolve(METRICS), last ? 1 : KEPT);
    }

    /**
     * Writes {@code summary.json}, which appears as a whole or not at all and replaces an earlier one, after everything
     * that it sums up is on the disk.
     */
    public void finish(RunResult result) {
        metrics.sync();
        events.sync();
        WholeFile.replace(folder.resolve(SUMMARY), Mappers.json(RunResults.fields(result)));
    }

    /** Closes the event file. */
    @Override
    public void close() {
        events.close();
    }
}
