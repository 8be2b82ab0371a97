package dev.gossamer.cli;

import dev.gossamer.experiment.ConfigurationException;
import dev.gossamer.experiment.ExperimentFile;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.CommandLine;

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
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        options.rejectWords(line);
        for (String name : experiments.names()) {
            print(name);
        }
        return ExitCode.DONE;
    }

    /** A broken file does not hide the others. */
    private void print(String name) {
        try {
            ExperimentFile experiment = experiments.get(name);
            int runs = experiment.grid().runs().size();
            console.out().printf("%-24s %3d runs  %s%n", name, runs, experiment.purpose());
        } catch (ConfigurationException | IOException e) {
            console.err().println("warning: " + name + " cannot be run: " + Failures.sentence(e));
        }
    }
}
