package dev.gossamer.cli;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.Task;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.ExperimentFile;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.Sweep;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;

/** The name of an experiment as a command: executes its runs, and prints and records their results. */
final class RunCommand implements Command {

    private final ExperimentFile experiment;
    private final Path home;
    private final EngineFactory engines;
    private final Console console;

    /**
     * @param experiment what to run
     * @param home holds {@code datasets} and {@code runs}
     * @param engines makes the engine of each run
     * @param console where progress and results go
     */
    RunCommand(ExperimentFile experiment, Path home, EngineFactory engines, Console console) {
        this.experiment = experiment;
        this.home = home;
        this.engines = engines;
        this.console = console;
    }

    @Override
    public String name() {
        return experiment.name();
    }

    @Override
    public String summary() {
        return experiment.purpose();
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        CommandLineOptions options = options();
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        if (!line.getArgList().isEmpty()) {
            throw new UsageException("unexpected \"" + line.getArgList().get(0)
                    + "\"; values in a list are separated by commas, without blanks");
        }
        Map<String, RunConfiguration> runs = GridOptions.grid(experiment, line).runs();
        Task task = Task.parse(runs.values().iterator().next().dataSet());
        boolean quick = line.hasOption("quick");
        DataSource source = DataSource.choose(task, line.getOptionValue("data"), home.resolve("datasets"), quick);
        console.err().println(name() + " on " + source + ": " + runs.size() + (runs.size() == 1 ? " run" : " runs"));
        Path output = Path.of(line.getOptionValue("output", home.resolve("runs").toString()));
        System.setProperty("gossamer.log", output.resolve("gossamer.log").toString());
        String label = name() + (quick ? "-quick" : "") + (source.isSynthetic() ? "-synthetic" : "");
        String command = "./run.sh " + name() + " " + String.join(" ", arguments);
        DataSet data = source.open(console);
        try (Interruption interruption = Interruption.install(console)) {
            return sweep(label, runs, data, output, command.strip(), interruption);
        }
    }

    private CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions(name() + " [options]", summary())
                .value("data", "DIR|synthetic", "where data are, or generated ones (" + home.resolve("datasets") + ")")
                .value("output", "DIR", "where the folder of results is made (" + home.resolve("runs") + ")");
        GridOptions.addTo(options, experiment.grid());
        return options;
    }

    private int sweep(
            String label,
            Map<String, RunConfiguration> runs,
            DataSet data,
            Path output,
            String command,
            Interruption interruption)
            throws IOException {
        Map<String, Object> environment = RunEnvironment.of(command, data);
        Sweep.check(runs, data, engines);
        Path folder = OutputFolder.create(output, label);
        console.err().println("Results: " + folder);
        Sweep sweep = new Sweep(label, runs, data, engines, folder, environment);
        try (SweepReport report = new SweepReport(folder, runs, label, data, console)) {
            return exitCode(sweep.run(report, interruption), interruption);
        }
    }

    private int exitCode(List<RunResult> results, Interruption interruption) {
        if (interruption.getAsBoolean()) {
            return ExitCode.INTERRUPTED;
        }
        long failed = results.stream().filter(result -> result.status() == RunStatus.FAILED).count();
        if (failed > 0) {
            console.err().println("error: " + failed + " of " + results.size() + " runs failed; the reasons are in "
                    + System.getProperty("gossamer.log"));
        }
        return failed > 0 ? ExitCode.FAILED : ExitCode.DONE;
    }
}
