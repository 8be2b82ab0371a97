package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.cli.option.TopologyOption;
import dev.gossamer.report.analysis.NeighborCount;
import dev.gossamer.report.table.TheoryListings;
import dev.gossamer.topology.Scheme;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** {@code theory neighbors}: effective numbers of neighbours. */
public final class NeighborsCommand extends OptionsCommand {

    NeighborsCommand(Console console) {
        super(console);
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
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("theory neighbors [options]", "Prints the " + summary()
                + ": mean over the workers and worst worker, and the mean at each\nphase of the period."
                + " Phase t is the state before step t; mean and worst are those of phase 0.");
        TopologyOption.addTo(options);
        NumberOption.WORKERS.addListTo(options, "numbers of workers");
        NumberOption.GAMMA.addListTo(options, "decays of the random walk: numbers in [0, 1)");
        OutputFormat.addTo(options);
        return options;
    }

    @Override
    int run(CommandLine line, List<String> arguments) {
        OutputFormat format = OutputFormat.of(line);
        List<Double> gammas = NumberOption.GAMMA.numbers(line);
        List<Scheme> schemes = TopologyOption.schemes(line, NumberOption.WORKERS.wholeNumbers(line));
        TheoryRows theory = new TheoryRows(console());
        List<NeighborCount> rows = theory.ofEach(schemes, scheme -> theory.neighbors(scheme, gammas));
        console().out().print(format.print(TheoryListings.neighbors(), rows));
        return ExitCode.DONE;
    }
}
