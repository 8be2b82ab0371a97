package dev.gossamer.cli;

import dev.gossamer.experiment.ExperimentFile;
import dev.gossamer.experiment.Grid;
import dev.gossamer.experiment.Key;
import dev.gossamer.experiment.RunConfiguration;
import java.io.IOException;
import java.io.PrintStream;
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
    private final Console console;

    ShowCommand(Experiments experiments, Console console) {
        this.experiments = experiments;
        this.console = console;
    }

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "what an experiment would run, with the same options";
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        CommandLineOptions options =
                new CommandLineOptions("show EXPERIMENT [options]", "Prints " + summary() + "; nothing is started.");
        GridOptions.addTo(options, Grid.of(Map.of()));
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
        print(experiment, GridOptions.grid(experiment, line).runs());
        return ExitCode.DONE;
    }

    private void print(ExperimentFile experiment, Map<String, RunConfiguration> runs) {
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
        out.println("# " + runs.size() + (runs.size() == 1 ? " run:" : " runs:"));
        runs.keySet().forEach(name -> out.println("#   " + name));
    }
}
