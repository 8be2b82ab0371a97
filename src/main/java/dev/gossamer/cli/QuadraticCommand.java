package dev.gossamer.cli;

import dev.gossamer.report.QuadraticRate;
import dev.gossamer.report.TheoryListings;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** {@code theory quadratic}: rates of random quadratics. */
final class QuadraticCommand implements Command {

    private final Console console;

    QuadraticCommand(Console console) {
        this.console = console;
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
    public int run(List<String> arguments) {
        CommandLineOptions options = new CommandLineOptions("theory quadratic [options]", "Prints " + summary()
                + ". \"rate\" is the fixed point of the paper,\nwith n_eff of the worst worker at phase 0;"
                + " \"exact rate\" is what holds over whole periods. A step multiplies the\n"
                + "expected squared distance to the optimum by 1 - rate; there is no rate where that does not shrink.");
        TopologyOption.addTo(options);
        NumberOption.WORKERS.addListTo(options, "numbers of workers");
        NumberOption.ZETA.addListTo(options, "noise of the gradients, (1 + batch + dimension) / batch");
        NumberOption.LEARNING_RATE.addListTo(options, "step sizes");
        OutputFormat.addTo(options);
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            options.help(console.out());
            return ExitCode.DONE;
        }
        options.rejectWords(line);
        OutputFormat format = OutputFormat.of(line);
        console.out().print(format.print(TheoryListings.quadratics(), rows(line)));
        return ExitCode.DONE;
    }

    private List<QuadraticRate> rows(CommandLine line) {
        List<Double> zetas = NumberOption.ZETA.numbers(line);
        List<Double> learningRates = NumberOption.LEARNING_RATE.numbers(line);
        TheoryRows theory = new TheoryRows(console);
        List<QuadraticRate> rows = new ArrayList<>();
        for (int workers : NumberOption.WORKERS.wholeNumbers(line)) {
            for (Scheme scheme : TopologyOption.schemes(line, workers)) {
                for (double zeta : zetas) {
                    rows.addAll(theory.quadratics(scheme, zeta, learningRates));
                }
            }
        }
        return rows;
    }
}
