package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.cli.option.TopologyOption;
import dev.gossamer.report.analysis.QuadraticRate;
import dev.gossamer.report.table.TheoryListings;
import dev.gossamer.topology.Scheme;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** {@code theory quadratic}: rates of random quadratics. */
public final class QuadraticCommand extends OptionsCommand {

    QuadraticCommand(Console console) {
        super(console);
    }

    @Override
    public String name() {
        return "quadratic";
    }

    @Override
    public String summary() {
        return "rates of random isotropic quadratics over the learning rate";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("theory quadratic [options]", "Prints " + summary()
                + ". \"rate\" is the fixed point of the paper,\nwith n_eff of the worst worker at phase 0;"
                + " \"exact rate\" is what holds over whole periods. A step multiplies the\n"
                + "expected squared distance to the optimum by 1 - rate; there is no rate where that does not shrink.");
        TopologyOption.addTo(options);
        NumberOption.WORKERS.addListTo(options, "numbers of workers");
        NumberOption.ZETA.addListTo(options, "noise of the gradients, (1 + batch + dimension) / batch");
        NumberOption.LEARNING_RATE.addListTo(options, "step sizes");
        OutputFormat.addTo(options);
        return options;
    }

    @Override
    int run(CommandLine line, List<String> arguments) {
        OutputFormat format = OutputFormat.of(line);
        List<Double> zetas = NumberOption.ZETA.numbers(line);
        List<Double> learningRates = NumberOption.LEARNING_RATE.numbers(line);
        List<Scheme> schemes = TopologyOption.schemes(line, NumberOption.WORKERS.wholeNumbers(line));
        TheoryRows theory = new TheoryRows(console());
        List<QuadraticRate> rows = theory.ofEach(schemes, scheme -> theory.quadratics(scheme, zetas, learningRates));
        console().out().print(format.print(TheoryListings.quadratics(), rows));
        return ExitCode.DONE;
    }
}
