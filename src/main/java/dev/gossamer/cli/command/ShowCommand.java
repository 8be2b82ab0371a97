package dev.gossamer.cli.command;

import dev.gossamer.bench.TimeEstimate;
import dev.gossamer.catalogue.Key;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.configuration.Grid;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.report.table.Listing;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.cli.CommandLine;

/** {@code show}: what an experiment would run, with the options it would be run with. */
public final class ShowCommand extends OptionsCommand {

    /** A run with its number of steps and its estimated duration. */
    private record Row(String name, RunConfiguration run, long steps, Double seconds) {}

    private final Experiments experiments;
    private final Path home;
    private final EngineFactory engines;

    /**
     * @param experiments what can be shown
     * @param home holds {@code datasets} and {@code runs}
     * @param engines says whether a run is possible
     * @param console where it is printed
     */
    public ShowCommand(Experiments experiments, Path home, EngineFactory engines, Console console) {
        super(console);
        this.experiments = experiments;
        this.home = home;
        this.engines = engines;
    }

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "show EXPERIMENT: what it would run, with the same options";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options =
                new CommandLineOptions(
                        "show EXPERIMENT [options]",
                        "Prints what an experiment, or FILE.yaml, would run with the same options;"
                                + " nothing is started.");
        OutputFormat.addTo(options);
        Plan.addTo(options, home, Grid.of(Map.of()));
        return options;
    }

    @Override
    int mostWords() {
        return 1;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        OutputFormat format = OutputFormat.of(line);
        if (line.getArgList().isEmpty()) {
            throw new UsageException("show needs the name of one experiment: " + experiments.known());
        }
        ExperimentFile experiment = experiments.get(line.getArgList().get(0));
        Plan plan = Plan.of(experiment, line, home, engines);
        plan.checks(engines).checkNumber(plan.expectedTrainImages());
        print(experiment, plan, format);
        return ExitCode.DONE;
    }

    private void print(ExperimentFile experiment, Plan plan, OutputFormat format) {
        List<Row> rows = new ArrayList<>();
        TimeEstimate estimate = TimeEstimate.of(home.resolve("target").resolve("machine.json"));
        plan.runs().forEach((name, run) -> rows.add(
                new Row(name, run, run.steps(plan.expectedTrainImages()), estimate.seconds(run))));
        Collection<RunConfiguration> runs = plan.runs().values();
        Set<Key<?>> varying = Grid.varying(runs);
        if (format != OutputFormat.TABLE) {
            console().out().print(format.print(listing(Keys.ALL), rows));
            return;
        }
        PrintStream out = console().out();
        out.println("# " + experiment.name() + ": " + experiment.purpose());
        Keys.ALL.stream().filter(key -> !varying.contains(key)).forEach(key -> runs.stream()
                .map(run -> run.values().get(key)).filter(Objects::nonNull).findFirst()
                .ifPresent(value -> out.println(key + ": " + value)));
        Double seconds = rows.stream().map(Row::seconds).reduce(0.0, TimeEstimate::sum);
        String time = seconds == null ? "" : ", about " + TimeEstimate.text(seconds);
        out.println("# " + plan.size() + " on " + plan.source() + time + ":");
        out.print(format.print(listing(varying), rows));
    }

    private static Listing<Row> listing(Collection<Key<?>> keys) {
        Listing<Row> listing = new Listing<Row>().text("run", "run", Row::name);
        for (Key<?> key : keys) {
            listing.text(key.toString(), key.toString(), row -> row.run.values().get(key));
        }
        return listing
                .number("planned_steps", "steps of a run", Row::steps, Object::toString)
                .number("seconds", "time", Row::seconds, seconds -> TimeEstimate.text((Double) seconds));
    }
}
