package dev.gossamer.cli;

import dev.gossamer.report.Charts;
import dev.gossamer.report.TheoryListings;
import dev.gossamer.report.TopologyProperties;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.commons.cli.CommandLine;

/** {@code topologies}: what topologies cost and allow, and how they look. */
final class TopologiesCommand implements Command {

    private static final int PROGRESS_WIDTH = 70;

    private final Path runs;
    private final Console console;

    /** @param runs holds the folder of pictures */
    TopologiesCommand(Path runs, Console console) {
        this.runs = runs;
        this.console = console;
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
    public int run(List<String> arguments) throws IOException {
        CommandLineOptions options = options();
        CommandLine line = options.parse(arguments);
        if (line.hasOption("help")) {
            help(options);
            return ExitCode.DONE;
        }
        options.rejectWords(line);
        if (line.hasOption("names")) {
            Topologies.names().forEach(console.out()::println);
            return ExitCode.DONE;
        }
        List<Scheme> schemes = TopologyOption.schemes(line, (int) NumberOption.WORKERS.wholeNumber(line));
        if (line.hasOption("draw")) {
            draw(schemes, line);
        } else {
            list(schemes, line);
        }
        return ExitCode.DONE;
    }

    private CommandLineOptions options() {
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
        TheoryFolder.addTo(
                options, runs.resolve("topologies"), "folder of the pictures of --draw; older ones are replaced");
        return options;
    }

    private void help(CommandLineOptions options) {
        PrintStream out = console.out();
        options.help(out);
        out.println();
        out.println("""
                max degree          most workers that one receives from in a step
                messages/step       parameter vectors that all workers together send: the mean over a period
                spectral gap        1 - |second largest eigenvalue| of the product of the mixing matrices over a period
                n_eff               effective number of neighbours: mean over the workers, and worst worker; of a
                                    time-varying topology before step 0 (theory neighbors prints every phase)
                best learning rate  where the exact rate of a random quadratic is largest, averaged over a period
                best rate           r there: a step multiplies the expected squared distance to the optimum by 1 - r

                The formulas and their sources are in docs/theory.md.""");
    }

    private void list(List<Scheme> schemes, CommandLine line) {
        OutputFormat format = OutputFormat.of(line);
        OptionalLong parameters = NumberOption.PARAMETERS.isGiven(line)
                ? OptionalLong.of(NumberOption.PARAMETERS.wholeNumber(line))
                : OptionalLong.empty();
        double gamma = NumberOption.GAMMA.number(line);
        double zeta = NumberOption.ZETA.number(line);
        TheoryRows theory = new TheoryRows(console);
        List<TopologyProperties> rows = new ArrayList<>();
        for (Scheme scheme : schemes) {
            progress("computing " + scheme.name() + " (" + (rows.size() + 1) + "/" + schemes.size() + ")");
            rows.add(theory.properties(scheme, gamma, zeta));
        }
        progress("");
        console.out().print(format.print(TheoryListings.topologies(parameters), rows));
        if (format == OutputFormat.TABLE && schemes.stream().anyMatch(scheme -> !scheme.isStatic())) {
            console.out().println("n_eff of a time-varying topology is that before step 0; theory neighbors prints"
                    + " every phase. --help explains the columns.");
        }
    }

    /** Replaces the last line of a terminal; hundreds of workers take minutes. */
    private void progress(String line) {
        if (console.isTerminal()) {
            console.err().printf("\r%-" + PROGRESS_WIDTH + "s\r%s", "", line);
            console.err().flush();
        }
    }

    private void draw(List<Scheme> schemes, CommandLine line) throws IOException {
        int workers = schemes.get(0).workers();
        if (workers > Charts.MOST_DRAWN_WORKERS) {
            throw new UsageException("workers must be at most " + Charts.MOST_DRAWN_WORKERS
                    + " for a picture, got " + workers);
        }
        Path folder = TheoryFolder.of(line, runs.resolve("topologies"));
        for (Scheme scheme : schemes) {
            Path svg = folder.resolve(scheme.name().replaceAll("[^\\w.+-]+", "-") + "-" + scheme.workers() + ".svg");
            Charts.topology(scheme, svg);
            console.out().println(svg);
        }
    }
}
