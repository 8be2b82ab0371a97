package dev.gossamer.cli;

import dev.gossamer.record.Decimal;
import dev.gossamer.report.Charts;
import dev.gossamer.report.QuadraticRate;
import dev.gossamer.report.TheoryListings;
import dev.gossamer.topology.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.cli.CommandLine;

/** {@code theory demo}: the rate of random quadratics over the learning rate, as a figure. */
final class DemoCommand implements Command {

    /** The topologies of the demo of the paper's code. */
    static final List<String> TOPOLOGIES =
            List.of("ring", "time-varying-exponential", "star", "binary-tree", "fully-connected", "hypercube");

    private static final int POINTS = 100;
    private static final double SMALLEST = 1e-3;

    private final Path figures;
    private final Console console;

    /** @param figures the folder of figures where none is given */
    DemoCommand(Path figures, Console console) {
        this.figures = figures;
        this.console = console;
    }

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String summary() {
        return "figure: the rate of random quadratics over the learning rate";
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        CommandLineOptions options = new CommandLineOptions("theory demo [options]",
                "Draws the rate of random quadratics over 100 learning rates from 0.001 to 1, for several topologies:\n"
                        + "demo.svg, and the points with their exact rates in demo.csv.");
        TopologyOption.addTo(options, TOPOLOGIES);
        NumberOption.WORKERS.addTo(options, "number of workers");
        NumberOption.ZETA.addTo(options, "noise of the gradients");
        TheoryFolder.addTo(options, figures, "folder of the files; older ones are replaced");
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        options.rejectWords(line);
        int workers = (int) NumberOption.WORKERS.wholeNumber(line);
        double zeta = NumberOption.ZETA.number(line);
        List<QuadraticRate> points = new ArrayList<>();
        for (Scheme scheme : TopologyOption.named(line, TOPOLOGIES, workers)) {
            points.addAll(new TheoryRows(console).quadratics(scheme, zeta, learningRates()));
        }
        Path folder = TheoryFolder.of(line, figures);
        Path csv = folder.resolve("demo.csv");
        Files.writeString(csv, TheoryListings.quadratics().csv(points));
        console.out().println(csv);
        Path svg = folder.resolve("demo.svg");
        String subtitle = workers + " workers, zeta " + Decimal.format(zeta);
        Charts.quadraticRates(points, "Convergence of random quadratics", subtitle, svg);
        console.out().println(svg);
        return ExitCode.DONE;
    }

    private static List<Double> learningRates() {
        return IntStream.range(0, POINTS)
                .mapToObj(k -> SMALLEST * Math.pow(1 / SMALLEST, (double) k / (POINTS - 1)))
                .toList();
    }
}
