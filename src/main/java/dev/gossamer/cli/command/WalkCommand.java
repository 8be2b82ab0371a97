package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.FigureFolder;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.TopologyOption;
import dev.gossamer.report.analysis.NeighborCount;
import dev.gossamer.report.chart.Charts;
import dev.gossamer.report.table.TheoryListings;
import dev.gossamer.topology.Scheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.cli.CommandLine;

/** {@code theory walk}: the effective number of neighbours over gamma, as a figure. */
public final class WalkCommand extends OptionsCommand {

    private static final int POINTS_PER_DECADE = 25;
    private static final int DECADES = 4;

    private final FigureFolder folder;

    /** @param figures the folder of figures where none is given */
    WalkCommand(Path figures, Console console) {
        super(console);
        folder = new FigureFolder(figures, console.out());
    }

    @Override
    public String name() {
        return "walk";
    }

    @Override
    public String summary() {
        return "figure: the effective number of neighbours over gamma";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("theory walk [options]",
                "Draws the effective number of neighbours, of the variance averaged over workers and phases, over gamma"
                        + "\nfrom 0 to 0.9999: walk.svg, and the points in walk.csv.");
        TopologyOption.addTo(options, DemoCommand.TOPOLOGIES);
        NumberOption.WORKERS.addTo(options, "number of workers");
        folder.addTo(options, "folder of the files");
        return options;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        int workers = (int) NumberOption.WORKERS.wholeNumber(line);
        List<Scheme> schemes = TopologyOption.schemes(line, DemoCommand.TOPOLOGIES, workers);
        TheoryRows theory = new TheoryRows(console());
        List<NeighborCount> points = theory.ofEach(schemes, scheme -> theory.neighbors(scheme, gammas()));
        folder.write(line, "walk", TheoryListings.walk().csv(points),
                svg -> Charts.neighbors(points, "Effective number of neighbours", workers + " workers", svg));
        return ExitCode.DONE;
    }

    /** Evenly spaced in log(1 - gamma). */
    private static List<Double> gammas() {
        return IntStream.rangeClosed(0, DECADES * POINTS_PER_DECADE)
                .mapToObj(k -> 1 - Math.pow(10, -(double) k / POINTS_PER_DECADE))
                .toList();
    }
}
