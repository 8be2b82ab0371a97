package dev.gossamer.cli;

import dev.gossamer.report.Charts;
import dev.gossamer.report.NeighborCount;
import dev.gossamer.report.TheoryListings;
import dev.gossamer.topology.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.cli.CommandLine;

/** {@code theory walk}: the effective number of neighbours over gamma, as a figure. */
final class WalkCommand implements Command {

    private static final int POINTS_PER_DECADE = 25;
    private static final int DECADES = 4;

    private final Path figures;
    private final Console console;

    /** @param figures the folder of figures where none is given */
    WalkCommand(Path figures, Console console) {
        this.figures = figures;
        this.console = console;
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
    public int run(List<String> arguments) throws IOException {
        CommandLineOptions options = new CommandLineOptions("theory walk [options]",
                "Draws the effective number of neighbours, of the variance averaged over workers and phases, over gamma"
                        + "\nfrom 0 to 0.9999: walk.svg, and the points in walk.csv.");
        TopologyOption.addTo(options, DemoCommand.TOPOLOGIES);
        NumberOption.WORKERS.addTo(options, "number of workers");
        TheoryFolder.addTo(options, figures, "folder of the files; older ones are replaced");
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        options.rejectWords(line);
        int workers = (int) NumberOption.WORKERS.wholeNumber(line);
        List<NeighborCount> points = new ArrayList<>();
        for (Scheme scheme : TopologyOption.named(line, DemoCommand.TOPOLOGIES, workers)) {
            points.addAll(new TheoryRows(console).neighbors(scheme, gammas()));
        }
        Path folder = TheoryFolder.of(line, figures);
        Path csv = folder.resolve("walk.csv");
        Files.writeString(csv, TheoryListings.walk().csv(points));
        console.out().println(csv);
        Path svg = folder.resolve("walk.svg");
        Charts.neighbors(points, "Effective number of neighbours", workers + " workers", svg);
        console.out().println(svg);
        return ExitCode.DONE;
    }

    /** Evenly spaced in log(1 - gamma). */
    private static List<Double> gammas() {
        return IntStream.rangeClosed(0, DECADES * POINTS_PER_DECADE)
                .mapToObj(k -> 1 - Math.pow(10, -(double) k / POINTS_PER_DECADE))
                .toList();
    }
}
