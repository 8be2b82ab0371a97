package dev.gossamer.cli;

import dev.gossamer.data.Downloader;
import dev.gossamer.data.Inventory;
import dev.gossamer.data.Task;
import dev.gossamer.experiment.Nearest;
import dev.gossamer.experiment.RunConfiguration;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** {@code data fetch}: downloads a data set. */
final class DataCommand implements Command {

    private final Path standardFolder;
    private final Console console;

    DataCommand(Path standardFolder, Console console) {
        this.standardFolder = standardFolder;
        this.console = console;
    }

    @Override
    public String name() {
        return "data";
    }

    @Override
    public String summary() {
        return "data fetch " + String.join("|", RunConfiguration.DATA_SETS) + ": downloads a data set";
    }

    @Override
    public int run(List<String> arguments) {
        String sets = String.join("|", RunConfiguration.DATA_SETS);
        CommandLineOptions options = new CommandLineOptions(
                        "data fetch " + sets + " [options]",
                        "Downloads a data set, verifies it and unpacks it; an interrupted download is continued.")
                .value("data", "DIR", "the data directory (default " + standardFolder + ")");
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        List<String> words = line.getArgList();
        if (words.size() != 2 || !words.get(0).equals("fetch")) {
            throw new UsageException("data needs \"fetch\" and the name of a data set: data fetch " + sets);
        }
        if (!RunConfiguration.DATA_SETS.contains(words.get(1))) {
            throw new UsageException("unknown data set \"" + words.get(1) + "\""
                    + Nearest.hint(words.get(1), RunConfiguration.DATA_SETS));
        }
        Task task = Task.parse(words.get(1));
        Path folder = DataSource.folder(line.getOptionValue("data", standardFolder.toString()), "a folder");
        try (DownloadProgress progress = new DownloadProgress(console)) {
            new Downloader(progress).fetch(task, folder);
        }
        console.out().println(Inventory.of(task, folder).folder());
        return ExitCode.DONE;
    }
}
