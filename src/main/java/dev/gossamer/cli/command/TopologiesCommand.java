package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.FigureFolder;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.cli.option.TopologyOption;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.report.analysis.TopologyProperties;
import dev.gossamer.report.chart.Charts;
import dev.gossamer.report.table.TheoryListings;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import dev.gossamer.topology.WeightRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.apache.commons.cli.CommandLine;

/** {@code topologies}: what topologies cost and allow, and how they look. */
public final class TopologiesCommand extends OptionsCommand {

    private final FigureFolder pictures;

    /** @param runs holds the folder of pictures */
    public TopologiesCommand(Path runs, Console console) {
        super(console);
        pictures = new FigureFolder(runs.resolve("topologies"), console.out());
    }

    @Override
    public String name() {
        return "topologies";
    }

    @Override
    public String summary() {
        return "what each topology costs and allows, or a picture of it";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("topologies [options]", "Prints " + summary() + ".");
        NumberOption.WORKERS.addTo(options, "number of workers");
        TopologyOption.addTo(options);
        NumberOption.GAMMA.addTo(options, "decay of the random walk that n_eff is of");
        NumberOption.ZETA.addTo(options, "noise of the random quadratic that the best learning rate is of");
        NumberOption.PARAMETERS.addTo(options, "number of parameters of one worker, to print the bytes sent per step");
        OutputFormat.addTo(options);
        options.flag("names", "print the names of all families; capital letters stand for numbers");
        options.flag("draw", "draw graph and mixing matrices of each topology, for up to "
                + Charts.MOST_DRAWN_WORKERS + " workers");
        pictures.addTo(options, "folder of the pictures of --draw");
        return options;
    }

    @Override
    String explanation() {
        return """

                max degree          most workers that one receives from in a step
                messages/step       parameter vectors that all workers together send: the mean over a period, or where
                                    there is none, over the first %d steps
                spectral gap        1 - |second largest eigenvalue| of the product of the mixing matrices over a period
                n_eff               effective number of neighbours: mean over the workers, and worst worker; of a
                                    time-varying topology before step 0 (theory neighbors prints every phase)
                best learning rate  where the exact rate of a random quadratic is largest, averaged over a period
                best rate           r there: a step multiplies the expected squared distance to the optimum by 1 - r

                Undirected graphs take other weights, as ring+uniform: %s.
                Any topology can be lazy, (W + I) / 2: ring+lazy, ring+uniform+lazy, time-varying-exponential+lazy.
                Of directed graphs such as random-digraph-D, senders give equal shares: columns of W sum to 1.
                The formulas and their sources, and all there is to names and graph files, are in docs/theory.md.
                """.formatted(Scheme.WINDOW, String.join(", ", WeightRule.names()));
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        if (line.hasOption("names")) {
            Topologies.names().forEach(console().out()::println);
            return ExitCode.DONE;
        }
        int workers = (int) NumberOption.WORKERS.wholeNumber(line);
        if (line.hasOption("draw")) {
            if (OutputFormat.isGiven(line)) {
                throw new UsageException("format is that of the table, and draw makes pictures; give one of them");
            }
            draw(workers, line);
        } else {
            list(workers, line);
        }
        return ExitCode.DONE;
    }

    private void list(int workers, CommandLine line) {
        OutputFormat format = OutputFormat.of(line);
        OptionalLong parameters = NumberOption.PARAMETERS.isGiven(line)
                ? OptionalLong.of(NumberOption.PARAMETERS.wholeNumber(line))
                : OptionalLong.empty();
        double gamma = NumberOption.GAMMA.number(line);
        double zeta = NumberOption.ZETA.number(line);
        List<Scheme> schemes = TopologyOption.schemes(line, List.of(workers));
        TheoryRows theory = new TheoryRows(console());
        List<TopologyProperties> rows =
                theory.ofEach(schemes, scheme -> List.of(theory.properties(scheme, gamma, zeta)));
        console().out().print(format.print(TheoryListings.topologies(parameters), rows));
        if (format == OutputFormat.TABLE && schemes.stream().anyMatch(scheme -> !scheme.isStatic())) {
            console().out().println("n_eff of a time-varying topology is that before step 0; theory neighbors prints"
                    + " every phase. --help explains the columns.");
        }
        if (format == OutputFormat.TABLE && schemes.stream().anyMatch(scheme -> scheme.period().isEmpty())) {
            console().out().println("Topologies without a period have another mixing matrix at every step: theory says"
                    + " nothing of them, and degree and messages are those of the first " + Scheme.WINDOW + " steps.");
        }
        if (format == OutputFormat.TABLE
                && schemes.stream().anyMatch(scheme -> scheme.period().isPresent() && !scheme.isRowStochastic())) {
            console().out().println("n_eff and rates are of averages, whose rows sum to 1: they are left out where only"
                    + " columns do, as push-sum needs it.");
        }
    }

    private void draw(int workers, CommandLine line) throws IOException {
        if (workers > Charts.MOST_DRAWN_WORKERS) {
            throw new UsageException("workers must be at most " + Charts.MOST_DRAWN_WORKERS
                    + " for a picture, got " + workers);
        }
        List<Scheme> schemes = TopologyOption.schemes(line, List.of(workers));
        Path folder = pictures.of(line);
        for (Scheme scheme : schemes) {
            Path svg = folder.resolve(scheme.name().replaceAll("[^\\w.+-]+", "-") + "-" + scheme.workers() + ".svg");
            Charts.topology(scheme, svg);
            console().out().println(svg);
        }
    }
}
