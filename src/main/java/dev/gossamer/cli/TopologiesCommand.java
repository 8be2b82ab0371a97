package dev.gossamer.cli;

import dev.gossamer.topology.Topologies;
import java.util.List;

/** {@code topologies}: the names that the key topology takes. */
final class TopologiesCommand implements Command {

    private final Console console;

    TopologiesCommand(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "topologies";
    }

    @Override
    public String summary() {
        return "the topologies there are; capital letters stand for numbers";
    }

    @Override
    public int run(List<String> arguments) {
        CommandLineOptions options = new CommandLineOptions("topologies", "Prints " + summary() + ".");
        if (options.parse(arguments).hasOption("help")) {
            options.help(console.out());
        } else {
            Topologies.names().forEach(console.out()::println);
        }
        return ExitCode.DONE;
    }
}
