package dev.gossamer.cli.command;

import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.ExecutionOptions;
import dev.gossamer.cli.option.GridOptions;
import dev.gossamer.cli.option.LogFile;
import dev.gossamer.cli.option.OutputFolder;
import dev.gossamer.cli.option.PathOption;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.configuration.Grid;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSets;
import dev.gossamer.data.Task;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.Execution;
import dev.gossamer.experiment.RecordedFiles;
import dev.gossamer.experiment.RunChecks;
import dev.gossamer.experiment.RunNames;
import dev.gossamer.topology.TopologyFactory;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.cli.CommandLine;

/**
 * What a command line asks for, checked before any data are read.
 *
 * @param label name of the results: the experiment's, with {@code -quick} and {@code -synthetic} where they apply
 * @param runs configurations by the name of the run, in order
 * @param combinations number of combinations of values, of which several may be one run
 * @param source where the data are from
 * @param output where the folder of results is made
 * @param execution how the runs are executed
 */
public record Plan(
        String label,
        Map<String, RunConfiguration> runs,
        int combinations,
        DataSource source,
        Path output,
        Execution execution) {

    private static final String DATA = "data";
    private static final String OUTPUT = "output";

    /**
     * Adds the options that decide it.
     *
     * @param home holds {@code datasets} and {@code runs}
     * @param grid the values where an option is not given, for the explanation
     */
    static void addTo(CommandLineOptions options, Path home, Grid grid) {
        options.value(DATA, "DIR|synthetic", "where data are, or generated ones (" + home.resolve("datasets") + ")");
        options.value(OUTPUT, "DIR",
                "where the folder of results and " + LogFile.NAME + " are made (" + home.resolve("runs") + ")");
        ExecutionOptions.addTo(options);
        GridOptions.addTo(options, grid);
    }

    /**
     * Plans an experiment with the options of a command line.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if a run is impossible
     * @throws UsageException if there cannot be a folder of results
     */
    static Plan of(ExperimentFile experiment, CommandLine line, Path home, EngineFactory engines) {
        Execution execution = ExecutionOptions.of(line);
        boolean quick = line.hasOption(GridOptions.QUICK);
        Grid grid = GridOptions.grid(experiment, line);
        Map<String, RunConfiguration> runs = line.hasOption(ExecutionOptions.RESUME)
                ? grid.runs(new TopologyFactory(recorded(experiment.name(), output(line, home))))
                : grid.runs();
        Task task = runs.values().iterator().next().task();
        new RunChecks(runs, engines, execution).check(task.shape(), task.classes());
        DataSource source = DataSource.choose(task, line.getOptionValue(DATA), home.resolve("datasets"), quick);
        String label = experiment.name() + (quick ? "-quick" : "") + (source.isSynthetic() ? "-synthetic" : "");
        return new Plan(label, runs, grid.combinations(), source, output(line, home), execution);
    }

    /** Copies of files of topologies that are gone, in folders that it may go on in. */
    private static RecordedFiles recorded(String experiment, Path output) {
        return new RecordedFiles(OutputFolder.results(output, experiment));
    }

    /**
     * Where the folder of results is made.
     *
     * @throws UsageException if it cannot be made there
     */
    static Path output(CommandLine line, Path home) {
        Path output = PathOption.of(OUTPUT, line.getOptionValue(OUTPUT, home.resolve("runs").toString()));
        OutputFolder.check(output);
        return output;
    }

    /** The same with the runs of a folder that it goes on in, under their names there. */
    Plan in(Path folder) {
        return new Plan(label, RunNames.in(folder, runs), combinations, source, output, execution);
    }

    /** What is looked at before the runs are executed. */
    RunChecks checks(EngineFactory engines) {
        return new RunChecks(runs, engines, execution);
    }

    /** Number of training images, if the data are those that are published or generated. */
    int expectedTrainImages() {
        return source.isSynthetic() ? DataSets.SYNTHETIC_TRAIN_IMAGES : source.task().trainImages();
    }

    /** Number of runs in words. */
    String size() {
        String size = runs.size() + (runs.size() == 1 ? " run" : " runs");
        return runs.size() == combinations ? size : size + " (" + combinations + " combinations, some mean the same)";
    }
}
