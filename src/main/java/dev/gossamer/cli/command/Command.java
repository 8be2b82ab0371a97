package dev.gossamer.cli.command;

import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.UsageException;
import java.io.IOException;
import java.util.List;

/** Something the user can ask for. */
public interface Command {

    /** The word that asks for it. */
    String name();

    /** What it does, in a few words. */
    String summary();

    /**
     * Does it.
     *
     * @param arguments what follows the command's name
     * @return one of {@link ExitCode}
     * @throws UsageException if the arguments make no sense
     * @throws IOException if files cannot be read or written
     */
    int run(List<String> arguments) throws IOException;
}
