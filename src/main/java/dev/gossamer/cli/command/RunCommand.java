package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.console.Interruption;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.ExecutionOptions;
import dev.gossamer.cli.option.LogFile;
import dev.gossamer.cli.option.OutputFolder;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.data.DataSet;
import dev.gossamer.experiment.EarlierRuns;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.ExperimentFolder;
import dev.gossamer.experiment.RunChecks;
import dev.gossamer.experiment.RunEnvironment;
import dev.gossamer.experiment.Sweep;
import dev.gossamer.record.FolderLock;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** The name of an experiment as a command: executes its runs, and prints and records their results. */
public final class RunCommand extends OptionsCommand {

    private final String word;
    private final ExperimentFile experiment;
    private final Path home;
    private final EngineFactory engines;

    /**
     * @param word what the user typed for it: its name, or a file
     * @param experiment what to run
     * @param home holds {@code datasets} and {@code runs}
     * @param engines makes the engine of each run
     * @param console where progress and results go
     */
    public RunCommand(String word, ExperimentFile experiment, Path home, EngineFactory engines, Console console) {
        super(console);
        this.word = word;
        this.experiment = experiment;
        this.home = home;
        this.engines = engines;
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
    int run(CommandLine line, List<String> arguments) throws IOException {
        LogFile.use(LogFile.beside(Plan.output(line, home)));
        Plan plan = Plan.of(experiment, line, home, engines);
        String command = ("./run.sh " + word + " " + String.join(" ", arguments)).strip();
        if (line.hasOption(ExecutionOptions.RESUME)) {
            try (FolderLock folder = OutputFolder.resume(plan.output(), plan.label())) {
                DataSet data = open(plan);
                Plan known = plan.in(folder.folder());
                EarlierRuns earlier = EarlierRuns.in(known.label(), folder.folder(), known.runs(), data,
                        sentence -> console().err().println("warning: " + sentence));
                return sweep(known, data, folder.folder(), earlier, command);
            }
        }
        DataSet data = open(plan);
        try (FolderLock folder = OutputFolder.create(plan.output(), plan.label())) {
            return sweep(plan, data, folder.folder(), EarlierRuns.none(), command);
        }
    }

    private DataSet open(Plan plan) {
        RunChecks checks = plan.checks(engines);
        checks.open();
        console().err().println(name() + " on " + plan.source() + ": " + plan.size());
        DataSet data = plan.source().open(console());
        checks.checkParts(data.train());
        return data;
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions(word + " [options]", summary());
        Plan.addTo(options, home, experiment.grid());
        return options;
    }

    private int sweep(Plan plan, DataSet data, Path folder, EarlierRuns earlier, String command) {
        console().err().println("Results: " + folder);
        Sweep sweep = new Sweep(plan.runs(), data, engines, new ExperimentFolder(plan.label(), folder, earlier),
                RunEnvironment.of(command, data), plan.execution());
        try (Interruption interruption = Interruption.install(console())) {
            SweepReport report = new SweepReport(folder, plan, earlier.finished(folder), data, console());
            int code = execute(sweep, report, interruption, LogFile.beside(plan.output()));
            if (code == ExitCode.INTERRUPTED) {
                String option = " --" + ExecutionOptions.RESUME;
                console().err().println("To go on: " + command + (command.contains(option) ? "" : option));
            }
            return code;
        }
    }

    private int execute(Sweep sweep, SweepReport report, Interruption interruption, Path log) {
        try (report) {
            List<RunResult> results = sweep.run(List.of(report), interruption);
            return interruption.getAsBoolean() ? ExitCode.INTERRUPTED : exitCode(results, report, log);
        }
    }

    private int exitCode(List<RunResult> results, SweepReport report, Path log) {
        long failed = results.stream().filter(result -> result.status() == RunStatus.FAILED).count();
        if (failed > 0) {
            console().err().println("error: " + failed + " of " + results.size() + " runs failed; the reasons are in "
                    + log + ", and --" + ExecutionOptions.RESUME + " repeats them");
        }
        return failed > 0 || report.lacksCharts() ? ExitCode.FAILED : ExitCode.DONE;
    }
}
