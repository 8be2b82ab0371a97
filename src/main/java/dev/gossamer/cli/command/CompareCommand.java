package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.cli.option.ResultFolders;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.report.analysis.Comparison;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.table.ComparisonListing;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** {@code compare}: what differs between two experiments, or two runs. */
public final class CompareCommand extends OptionsCommand {

    private final ResultFolders folders;

    /** @param runs the folder that experiments are recorded in */
    public CompareCommand(Path runs, Console console) {
        super(console);
        folders = new ResultFolders(runs);
    }

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String summary() {
        return "compare FOLDER FOLDER: what differs between two experiments or runs";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("compare FOLDER FOLDER [options]",
                "Prints what differs in configuration, environment and outcome between two experiments or two runs: their"
                        + " folders,\nor their names in " + folders.runs() + ". Runs are paired by configuration;"
                        + " differences are second minus first.");
        OutputFormat.addTo(options);
        return options;
    }

    @Override
    int mostWords() {
        return 2;
    }

    @Override
    int run(CommandLine line, List<String> arguments) {
        OutputFormat format = OutputFormat.of(line);
        if (line.getArgList().size() != 2) {
            throw new UsageException("compare needs two folders, got " + line.getArgList().size());
        }
        Path first = folders.get(line.getArgList().get(0));
        Path second = folders.get(line.getArgList().get(1));
        List<Comparison.Row> rows = new Comparison(read(first).runs(), read(second).runs()).rows();
        console().out().print(format == OutputFormat.TABLE
                ? ComparisonListing.tables(rows, first.toString(), second.toString())
                : format.print(ComparisonListing.listing(), rows));
        return ExitCode.DONE;
    }

    private ReportedRuns read(Path folder) {
        ReportedRuns runs = ReportedRuns.read(List.of(folder));
        runs.leftOut().forEach(sentence -> console().err().println("warning: left out: " + sentence));
        ResultFolders.requireRuns(runs, folder);
        return runs;
    }
}
