package dev.gossamer.cli.command;

import dev.gossamer.catalogue.Key;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.FigureFolder;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.ClassCounts;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Partition;
import dev.gossamer.data.Task;
import dev.gossamer.report.chart.Charts;
import dev.gossamer.report.table.ClassCountsListing;
import dev.gossamer.text.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** {@code data show}: how many images of each class every worker has. */
public final class DataShowCommand extends OptionsCommand {

    private static final int LONGEST_NAME = 24;
    private static final int HASH = 8;

    private final Path standardFolder;
    private final FigureFolder pictures;

    /**
     * @param standardFolder the data directory where none is given
     * @param figures the folder of pictures where none is given
     */
    DataShowCommand(Path standardFolder, Path figures, Console console) {
        super(console);
        this.standardFolder = standardFolder;
        pictures = new FigureFolder(figures, console.out());
    }

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "how many images of each class every worker has";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("data show [DATA-SET] [options]", "Prints " + summary()
                + ", and draws it. Data sets (" + Task.KEY.standard() + "): " + Task.KEY.allowed() + ".");
        options.value("data", "DIR|synthetic", "where data are, or generated ones (" + standardFolder + ")");
        NumberOption.WORKERS.addTo(options, "number of workers");
        addTo(options, Partition.KEY);
        addTo(options, RunConfiguration.SEED);
        OutputFormat.addTo(options);
        pictures.addTo(options, "folder of the picture");
        return options;
    }

    private static void addTo(CommandLineOptions options, Key<?> key) {
        options.value(key.toString(), "VALUE", key.meaning() + " (" + key.standard() + "): " + key.allowed());
    }

    private static <T> T value(CommandLine line, Key<T> key) {
        return key.parse(line.getOptionValue(key.toString(), key.standard()));
    }

    @Override
    int mostWords() {
        return 1;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        OutputFormat format = OutputFormat.of(line);
        int workers = (int) NumberOption.WORKERS.wholeNumber(line);
        Partition partition = value(line, Partition.KEY);
        long seed = value(line, RunConfiguration.SEED);
        Task task = Task.parse(line.getArgList().isEmpty() ? Task.KEY.standard() : line.getArgList().get(0));
        DataSet data = DataSource.choose(task, line.getOptionValue("data"), standardFolder, false).open(console());
        int[][] parts = partition.assign(data.train(), workers, seed);
        List<ClassCounts> rows = ClassCounts.of(data.train(), parts, data.classes());
        console().out().print(format.print(
                ClassCountsListing.of(data.classNames(), format != OutputFormat.TABLE, data.train().isGrouped()),
                rows));
        if (format == OutputFormat.TABLE) {
            draw(line, rows, data, partition.toString(), seed);
        }
        return ExitCode.DONE;
    }

    private void draw(CommandLine line, List<ClassCounts> rows, DataSet data, String partition, long seed)
            throws IOException {
        String name = fileName(data.name()) + "-" + fileName(partition) + "-seed-" + seed + "-" + rows.size();
        Path svg = pictures.of(line).resolve(name + ".svg");
        Charts.classCounts(rows, data.classNames(), data.name() + ": " + data.train().size() + " training images",
                rows.size() + " workers, partition " + partition + ", seed " + seed, svg);
        console().out().println(svg);
    }

    /** A name of a data set or a partition; of one with a path, the path's end and what tells it apart. */
    private static String fileName(String name) {
        if (name.length() <= LONGEST_NAME && name.matches("[\\w.+-]+")) {
            return name;
        }
        String end = name.substring(name.lastIndexOf('/') + 1).replaceAll("[^\\w.+-]+", "-");
        return end.substring(0, Math.min(LONGEST_NAME, end.length())) + "-"
                + Digests.sha256(name.getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
    }
}
