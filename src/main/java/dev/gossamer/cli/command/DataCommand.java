package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.DownloadProgress;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.data.Downloader;
import dev.gossamer.data.Inventory;
import dev.gossamer.data.PublishedTask;
import dev.gossamer.text.Shown;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;

/** {@code data fetch}: downloads a data set. */
public final class DataCommand extends OptionsCommand {

    private static final String SETS = PublishedTask.all().stream().map(PublishedTask::form).collect(Collectors.joining("|"));

    private final Path standardFolder;

    public DataCommand(Path standardFolder, Console console) {
        super(console);
        this.standardFolder = standardFolder;
    }

    @Override
    public String name() {
        return "data";
    }

    @Override
    public String summary() {
        return "data fetch " + SETS + ": downloads a data set";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions(
                        "data fetch " + SETS + " [options]",
                        "Downloads a data set, verifies it and unpacks it; an interrupted download is continued.")
                .value("data", "DIR", "the data directory (default " + standardFolder + ")");
        return options;
    }

    @Override
    int mostWords() {
        return 2;
    }

    @Override
    int run(CommandLine line, List<String> arguments) {
        List<String> words = line.getArgList();
        if (words.size() != 2 || !words.get(0).equals("fetch")) {
            throw new UsageException("data needs \"fetch\" and the name of a data set: data fetch " + SETS
                    + (words.isEmpty() ? "" : ", got " + Shown.value(String.join(" ", words))));
        }
        PublishedTask task = PublishedTask.of(words.get(1));
        Path folder = DataSource.folder(line.getOptionValue("data", standardFolder.toString()), "a folder");
        try (DownloadProgress progress = new DownloadProgress(console())) {
            new Downloader(progress).fetch(task, folder);
        }
        console().out().println(Inventory.of(task, folder).folder());
        return ExitCode.DONE;
    }
}
