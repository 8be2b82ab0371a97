package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.UsageException;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** The frame of a command with options: it parses them, prints their help, and rejects words where it takes none. */
public abstract class OptionsCommand implements Command {

    private final Console console;

    OptionsCommand(Console console) {
        this.console = console;
    }

    final Console console() {
        return console;
    }

    abstract CommandLineOptions options();

    /**
     * Does what the options say.
     *
     * @param line the options, and the words where there may be some
     * @param arguments the same as they were typed
     * @return one of {@link ExitCode}
     * @throws UsageException if they make no sense
     * @throws IOException if files cannot be read or written
     */
    abstract int run(CommandLine line, List<String> arguments) throws IOException;

    /** What {@code --help} prints after the options. */
    String explanation() {
        return "";
    }

    /** The most words that there may be beside the options. */
    int mostWords() {
        return 0;
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
        options.rejectWords(line, mostWords());
        return run(line, arguments);
    }
}
