package dev.gossamer.cli;

import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** The frame of a command about topologies: it has options, and no other words. */
abstract class TopologyCommand implements Command {

    private final Console console;

    TopologyCommand(Console console) {
        this.console = console;
    }

    final Console console() {
        return console;
    }

    abstract CommandLineOptions options();

    /**
     * Does what the options say.
     *
     * @throws UsageException if they make no sense
     * @throws IOException if files cannot be written
     */
    abstract void run(CommandLine line) throws IOException;

    /** What {@code --help} prints after the options. */
    String explanation() {
        return "";
    }

    @Override
    public final int run(List<String> arguments) throws IOException {
        CommandLineOptions options = options();
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            console.out().print(explanation());
            return ExitCode.DONE;
        }
        options.rejectWords(line);
        run(line);
        return ExitCode.DONE;
    }
}
