package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.DownloadProgress;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.data.Downloader;
import dev.gossamer.data.Inventory;
import dev.gossamer.data.PublishedTask;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;

/** {@code data fetch}: downloads a data set. */
public final class DataFetchCommand extends OptionsCommand {

    private final Path standardFolder;

    DataFetchCommand(Path standardFolder, Console console) {
        super(console);
        this.standardFolder = standardFolder;
    }

    @Override
    public String name() {
        return "fetch";
    }

    @Override
    public String summary() {
        return "downloads a published data set";
    }

    private static String sets() {
        return PublishedTask.all().stream().map(PublishedTask::form).collect(Collectors.joining(", "));
    }

    @Override
    CommandLineOptions options() {
        return new CommandLineOptions(
                        "data fetch DATA-SET [options]",
                        "Downloads a data set, verifies it and unpacks it; an interrupted download is continued.\n"
                                + "Data sets: " + sets() + ".")
                .value("data", "DIR", "the data directory (default " + standardFolder + ")");
    }

    @Override
    int mostWords() {
        return 1;
    }

    @Override
    int run(CommandLine line, List<String> arguments) {
        if (line.getArgList().isEmpty()) {
            throw new UsageException("data fetch needs the name of a data set: " + sets());
        }
        PublishedTask task = PublishedTask.of(line.getArgList().get(0));
        Path folder = DataSource.folder(line.getOptionValue("data", standardFolder.toString()), "a folder");
        try (DownloadProgress progress = new DownloadProgress(console())) {
            new Downloader(progress).fetch(task, folder);
        }
        console().out().println(Inventory.of(task, folder).folder());
        return ExitCode.DONE;
    }
}
