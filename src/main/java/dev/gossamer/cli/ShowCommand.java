package dev.gossamer.cli;

import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.ExperimentFile;
import dev.gossamer.experiment.Grid;
import dev.gossamer.experiment.Key;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.Sweep;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;

/** {@code show}: what an experiment would run, with the options it would be run with. */
final class ShowCommand implements Command {

    private final Experiments experiments;
    private final Path home;
    private final EngineFactory engines;
    private final Console console;

    /**
     * @param experiments what can be shown
     * @param home holds {@code datasets} and {@code runs}
     * @param engines says whether a run is possible
     * @param console where it is printed
     */
    ShowCommand(Experiments experiments, Path home, EngineFactory engines, Console console) {
        this.experiments = experiments;
        this.home = home;
        this.engines = engines;
        this.console = console;
    }

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "show EXPERIMENT: what it would run, with the same options";
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        CommandLineOptions options =
                new CommandLineOptions(
                        "show EXPERIMENT [options]",
                        "Prints what an experiment, or FILE.yaml, would run with the same options;"
                                + " nothing is started.");
        Plan.addTo(options, home, Grid.of(Map.of()));
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        if (line.getArgList().size() != 1) {
            String known = String.join(", ", experiments.names());
            throw new UsageException("show needs the name of one experiment: " + known);
        }
        ExperimentFile experiment = experiments.get(line.getArgList().get(0));
        Plan plan = Plan.of(experiment, line, home, engines);
        Sweep.checkNumber(plan.runs(), plan.expectedTrainImages());
        print(experiment, plan);
        return ExitCode.DONE;
    }

    private void print(ExperimentFile experiment, Plan plan) {
        Map<String, RunConfiguration> runs = plan.runs();
        PrintStream out = console.out();
        out.println("# " + experiment.name() + ": " + experiment.purpose());
        for (Key key : Key.values()) {
            Set<Object> values = runs.values().stream()
                    .map(run -> run.values().get(key))
                    .filter(Objects::nonNull)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            if (values.size() == 1) {
                out.println(key + ": " + values.iterator().next());
            } else if (values.size() > 1) {
                out.println(key + ": " + values);
            }
        }
        out.println("# " + plan.size() + " on " + plan.source() + ":");
        runs.keySet().forEach(name -> out.println("#   " + name));
    }
}
