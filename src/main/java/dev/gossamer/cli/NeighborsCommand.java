package dev.gossamer.cli;

import dev.gossamer.report.NeighborCount;
import dev.gossamer.report.TheoryListings;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** {@code theory neighbors}: effective numbers of neighbours. */
final class NeighborsCommand implements Command {

    private final Console console;

    NeighborsCommand(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "neighbors";
    }

    @Override
    public String summary() {
        return "effective numbers of neighbours n_eff(gamma)";
    }

    @Override
    public int run(List<String> arguments) {
        CommandLineOptions options = new CommandLineOptions("theory neighbors [options]", "Prints the " + summary()
                + ": mean over the workers and worst worker, and the mean at each\nphase of the period."
                + " Phase t is the state before step t; mean and worst are those of phase 0.");
        TopologyOption.addTo(options);
        NumberOption.WORKERS.addListTo(options, "numbers of workers");
        NumberOption.GAMMA.addListTo(options, "decays of the random walk: numbers in [0, 1)");
        OutputFormat.addTo(options);
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        options.rejectWords(line);
        OutputFormat format = OutputFormat.of(line);
        List<Double> gammas = NumberOption.GAMMA.numbers(line);
        TheoryRows theory = new TheoryRows(console);
        List<NeighborCount> rows = new ArrayList<>();
        for (int workers : NumberOption.WORKERS.wholeNumbers(line)) {
            for (Scheme scheme : TopologyOption.schemes(line, workers)) {
                rows.addAll(theory.neighbors(scheme, gammas));
            }
        }
        console.out().print(format.print(TheoryListings.neighbors(), rows));
        return ExitCode.DONE;
    }
}
