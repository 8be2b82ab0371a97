package dev.gossamer.experiment;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.configuration.Grid;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.DataSets;
import dev.gossamer.data.Downloader;
import dev.gossamer.data.ProgressListener;
import dev.gossamer.data.Task;
import dev.gossamer.record.FolderLock;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunResult;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An experiment for programs that Gossamer is a library of: what {@code ./run.sh} does, in a few lines. Immutable.
 *
 * <pre>{@code
 * List<RunResult> results = Experiment.named("cifar-ring-32")
 *         .with(Optimization.LEARNING_RATE, 0.05)
 *         .withEach(Gossip.TOPOLOGY, List.of("ring", "hypercube"))
 *         .run(Path.of("results"), event -> {});
 * }</pre>
 */
public final class Experiment {

    private static final String RESOURCES = "/dev/gossamer/experiments/";

    private final ExperimentFile file;
    private final Grid grid;
    private final Function<Task, DataSet> source;
    private final Execution execution;
    private final BooleanSupplier stop;

    private Experiment(ExperimentFile file, Grid grid, Function<Task, DataSet> source, Execution execution,
            BooleanSupplier stop) {
        this.file = file;
        this.grid = grid;
        this.source = source;
        this.execution = execution;
        this.stop = stop;
    }

    private static Experiment of(ExperimentFile file) {
        return new Experiment(file, file.grid(), folder(Path.of("datasets")), Execution.STANDARD, () -> false);
    }

    private static Function<Task, DataSet> folder(Path folder) {
        return task -> DataSets.open(task, folder, new Downloader(ProgressListener.NONE));
    }

    /**
     * One of the experiments that Gossamer brings.
     *
     * @param name its name, as {@code ./run.sh list} shows it
     * @throws ConfigurationException if there is none of that name
     */
    public static Experiment named(String name) {
        String resource = RESOURCES + name + ".yaml";
        try (InputStream in = name.contains("/") ? null : Experiment.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new ConfigurationException("unknown experiment " + Shown.value(name));
            }
            return of(ExperimentFile.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The experiment of a file.
     *
     * @throws ConfigurationException if it is not YAML in UTF-8, or holds an unknown section or key
     * @throws IOException if it cannot be read
     */
    public static Experiment read(Path file) throws IOException {
        return of(ExperimentFile.read(file));
    }

    /** One run with the standard value of every key, until others are given. */
    public static Experiment standard(String name) {
        return of(new ExperimentFile(name, "", Grid.of(Map.of()), Grid.of(Map.of())));
    }

    /**
     * The same with another value of a key in all runs.
     *
     * @throws ConfigurationException if the value is none of the allowed ones
     */
    public <T> Experiment with(Key<T> key, T value) {
        return withEach(key, List.of(value));
    }

    /**
     * The same with a run, or several, for each value of a key.
     *
     * @throws ConfigurationException if a value is none of the allowed ones, or there twice
     */
    public <T> Experiment withEach(Key<T> key, List<T> values) {
        List<String> texts = values.stream().map(value -> key.write(key.check(value)).toString()).toList();
        return new Experiment(file, grid.with(Grid.of(Map.of(key, texts))), source, execution, stop);
    }

    /** The same in its quick form: a narrower network, fewer steps. Values given before count less than its own. */
    public Experiment quick() {
        return new Experiment(file, grid.with(file.quick()), source, execution, stop);
    }

    /** The same with data from this folder, into which missing ones are downloaded; else that is {@code datasets}. */
    public Experiment dataIn(Path folder) {
        return new Experiment(file, grid, folder(folder), execution, stop);
    }

    /** The same on generated images. */
    public Experiment onSyntheticData() {
        return new Experiment(file, grid, task -> DataSets.synthetic(task, DataSets.SYNTHETIC_SEED), execution, stop);
    }

    /** The same, executed so. */
    public Experiment executed(Execution how) {
        return new Experiment(file, grid, source, how, stop);
    }

    /**
     * The same, which ends early.
     *
     * @param condition asked now and then; where it is true, the run ends after its step, and no other starts.
     *     {@link #resume} goes on from there
     */
    public Experiment until(BooleanSupplier condition) {
        return new Experiment(file, grid, source, execution, condition);
    }

    /**
     * Configurations by the names of their runs, in order.
     *
     * @throws ConfigurationException if one is impossible
     */
    public Map<String, RunConfiguration> runs() {
        return grid.runs();
    }

    /**
     * Trains, and records every run in a folder of its own, as {@code ./run.sh} does. Threads that train must not be
     * interrupted: Java then closes the files that they write.
     *
     * @param folder new or empty
     * @param listener is told of everything that happens, by the threads that train
     * @return the results of the runs that were started, in the order in which they ended
     * @throws ConfigurationException if a run is impossible, or the folder is not empty
     * @throws dev.gossamer.data.DataException if the data are not there, or damaged
     * @throws MemoryException if there is too little memory
     * @throws RecordException if something cannot be recorded; what was recorded before stays
     */
    public List<RunResult> run(Path folder, Consumer<RunEvent> listener) {
        return execute(folder, listener, false);
    }

    /**
     * Goes on in a folder: finished runs are not repeated, others are continued from their last checkpoint, to the bits
     * of a run that was never stopped.
     *
     * @param folder one that {@link #run} was given
     * @param listener is told of everything that happens, by the threads that train
     * @return the results of all runs that ended for good earlier, and then as {@link #run}
     * @throws ConfigurationException as {@link #run}, or if the folder is another experiment's, or of other data
     */
    public List<RunResult> resume(Path folder, Consumer<RunEvent> listener) {
        return execute(folder, listener, true);
    }

    private List<RunResult> execute(Path folder, Consumer<RunEvent> listener, boolean resumed) {
        Consumer<String> notes = sentence -> listener.accept(new RunEvent.Noted(file.name(), sentence));
        Engines engines = new Engines(notes);
        RunChecks checks = new RunChecks(runs(), engines, execution);
        Task task = checks.runs().values().iterator().next().task();
        checks.check(task.shape(), task.classes());
        try (FolderLock lock = FolderLock.takeResults(resumed ? folder : made(folder))) {
            if (!resumed) {
                rejectContent(folder);
            }
            checks.open();
            DataSet data = source.apply(task);
            checks.checkParts(data.train());
            Map<String, RunConfiguration> planned =
                    resumed ? RunNames.in(lock.folder(), checks.runs()) : checks.runs();
            EarlierRuns earlier = resumed
                    ? EarlierRuns.in(file.name(), lock.folder(), planned, data, notes)
                    : EarlierRuns.none();
            List<RunResult> results = new ArrayList<>(earlier.results().values());
            results.removeIf(result -> !result.status().isFinal());
            results.addAll(new Sweep(planned, data, engines, new ExperimentFolder(file.name(), folder, earlier),
                    RunEnvironment.of("as a library", data), execution).run(List.of(listener), stop));
            return List.copyOf(results);
        }
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
    }

    private static void rejectContent(Path folder) {
        try (var content = Files.list(folder)) {
            if (content.anyMatch(file -> !file.getFileName().toString().equals(FolderLock.FILE_NAME))) {
                throw new ConfigurationException("results folder " + folder
                        + " must be new or empty; resume(...) goes on in one with results");
            }
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
    }
}
