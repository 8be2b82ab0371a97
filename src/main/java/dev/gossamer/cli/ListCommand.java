package dev.gossamer.cli;

import dev.gossamer.experiment.ExperimentFile;
import java.io.IOException;
import java.util.List;

/** {@code list}: the experiments there are. */
final class ListCommand implements Command {

    private final Experiments experiments;
    private final Console console;

    ListCommand(Experiments experiments, Console console) {
        this.experiments = experiments;
        this.console = console;
    }

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String summary() {
        return "the experiments there are";
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        CommandLineOptions options = new CommandLineOptions("list", "Prints " + summary() + ".");
        if (options.parse(arguments).hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        for (String name : experiments.names()) {
            ExperimentFile experiment = experiments.get(name);
            console.out().printf("%-24s %3d runs  %s%n", name, experiment.grid().runs().size(), experiment.purpose());
        }
        return ExitCode.DONE;
    }
}
