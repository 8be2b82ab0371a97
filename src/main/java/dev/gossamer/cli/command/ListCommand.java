package dev.gossamer.cli.command;

import dev.gossamer.bench.TimeEstimate;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.console.Failures;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataException;
import dev.gossamer.data.FileTask;
import dev.gossamer.report.table.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.apache.commons.cli.CommandLine;

/** {@code list}: the experiments there are. */
public final class ListCommand extends OptionsCommand {

    private final Experiments experiments;
    private final Path machine;

    /**
     * An experiment at a glance.
     *
     * @param runs number of runs
     * @param steps of a run, least and most; null where they depend on files of the user's own
     * @param seconds estimated for all runs, or null
     */
    private record Row(String name, int runs, LongSummaryStatistics steps, Double seconds, String purpose) {

        Object stepsText() {
            if (steps == null) {
                return null;
            }
            return steps.getMin() + (steps.getMin() == steps.getMax() ? "" : " to " + steps.getMax());
        }
    }

    /**
     * @param experiments what is listed
     * @param machine file that keeps how fast this machine is
     * @param console where it is printed
     */
    public ListCommand(Experiments experiments, Path machine, Console console) {
        super(console);
        this.experiments = experiments;
        this.machine = machine;
    }

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String summary() {
        return "the experiments there are";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("list [options]",
                "Prints the experiments there are: number of runs, steps of a run, and about how long all of them take.");
        OutputFormat.addTo(options);
        return options;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        OutputFormat format = OutputFormat.of(line);
        TimeEstimate estimate = TimeEstimate.of(machine);
        List<Row> rows = new ArrayList<>();
        for (String name : experiments.names()) {
            add(rows, name, estimate);
        }
        console().out().print(format.print(listing(), rows));
        if (format == OutputFormat.TABLE) {
            console().out().println(estimate.explanation());
        }
        return ExitCode.DONE;
    }

    /** A broken file does not hide the others. */
    private void add(List<Row> rows, String name, TimeEstimate estimate) {
        try {
            ExperimentFile experiment = experiments.get(name);
            Collection<RunConfiguration> runs = experiment.grid().runs().values();
            if (runs.stream().anyMatch(run -> run.task() instanceof FileTask)) {
                rows.add(new Row(name, runs.size(), null, null, experiment.purpose()));
                return;
            }
            LongSummaryStatistics steps = runs.stream()
                    .mapToLong(run -> run.steps(run.task().trainImages()))
                    .summaryStatistics();
            Double seconds = runs.stream().map(estimate::seconds).reduce(0.0, TimeEstimate::sum);
            rows.add(new Row(name, runs.size(), steps, seconds, experiment.purpose()));
        } catch (IllegalArgumentException | DataException | IOException e) {
            console().err().println("warning: " + name + " cannot be run: " + Failures.sentence(e));
        }
    }

    private static Listing<Row> listing() {
        return new Listing<Row>()
                .text("experiment", "experiment", Row::name)
                .number("runs", "runs", Row::runs, Object::toString)
                .number("steps", "steps of a run", Row::stepsText, Object::toString)
                .number("seconds", "time", Row::seconds, seconds -> TimeEstimate.text((Double) seconds))
                .text("purpose", "purpose", Row::purpose);
    }
}
