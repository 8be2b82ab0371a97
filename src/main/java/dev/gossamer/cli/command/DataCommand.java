package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import java.nio.file.Path;
import java.util.List;

/** {@code data}: data sets, in two commands of its own. */
public final class DataCommand extends CommandGroup {

    /**
     * @param datasets the standard data directory
     * @param runs holds the folder of pictures
     */
    public DataCommand(Path datasets, Path runs, Console console) {
        super("data", "downloads a data set, or shows who has how much of it",
                "All data sets, formats of files and partitions are in docs/data.md.", console,
                List.of(new DataFetchCommand(datasets, console),
                        new DataShowCommand(datasets, runs.resolve("data"), console)));
    }
}
