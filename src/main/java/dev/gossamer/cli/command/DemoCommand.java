package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.FigureFolder;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.TopologyOption;
import dev.gossamer.report.analysis.QuadraticRate;
import dev.gossamer.report.chart.Charts;
import dev.gossamer.report.table.TheoryListings;
import dev.gossamer.text.Decimal;
import dev.gossamer.topology.Scheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.cli.CommandLine;

/** {@code theory demo}: the rate of random quadratics over the learning rate, as a figure. */
public final class DemoCommand extends OptionsCommand {

    /** The topologies of the demo of the paper's code. */
    static final List<String> TOPOLOGIES =
            List.of("ring", "time-varying-exponential", "star", "binary-tree", "fully-connected", "hypercube");

    private static final int POINTS = 100;
    private static final double SMALLEST = 1e-3;

    private final FigureFolder folder;

    /** @param figures the folder of figures where none is given */
    DemoCommand(Path figures, Console console) {
        super(console);
        folder = new FigureFolder(figures, console.out());
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
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("theory demo [options]",
                "Draws the rate of random quadratics over 100 learning rates from 0.001 to 1, for several topologies:\n"
                        + "demo.svg, and the points with their exact rates in demo.csv.");
        TopologyOption.addTo(options, TOPOLOGIES);
        NumberOption.WORKERS.addTo(options, "number of workers");
        NumberOption.ZETA.addTo(options, "noise of the gradients");
        folder.addTo(options, "folder of the files");
        return options;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        int workers = (int) NumberOption.WORKERS.wholeNumber(line);
        double zeta = NumberOption.ZETA.number(line);
        List<Scheme> schemes = TopologyOption.schemes(line, TOPOLOGIES, workers);
        TheoryRows theory = new TheoryRows(console());
        List<QuadraticRate> points =
                theory.ofEach(schemes, scheme -> theory.quadratics(scheme, List.of(zeta), learningRates()));
        String subtitle = workers + " workers, zeta " + Decimal.format(zeta);
        folder.write(line, "demo", TheoryListings.quadratics().csv(points),
                svg -> Charts.quadraticRates(points, "Convergence of random quadratics", subtitle, svg));
        return ExitCode.DONE;
    }

    private static List<Double> learningRates() {
        return IntStream.range(0, POINTS)
                .mapToObj(k -> SMALLEST * Math.pow(1 / SMALLEST, (double) k / (POINTS - 1)))
                .toList();
    }
}
