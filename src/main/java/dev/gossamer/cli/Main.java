package dev.gossamer.cli;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Plugins;
import dev.gossamer.cli.command.BenchCommand;
import dev.gossamer.cli.command.Command;
import dev.gossamer.cli.command.CompareCommand;
import dev.gossamer.cli.command.DataCommand;
import dev.gossamer.cli.command.Experiments;
import dev.gossamer.cli.command.GpuCommand;
import dev.gossamer.cli.command.ListCommand;
import dev.gossamer.cli.command.ProfileFile;
import dev.gossamer.cli.command.ReportCommand;
import dev.gossamer.cli.command.RunCommand;
import dev.gossamer.cli.command.ShowCommand;
import dev.gossamer.cli.command.TheoryCommand;
import dev.gossamer.cli.command.TopologiesCommand;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.console.Failures;
import dev.gossamer.cli.console.LastResort;
import dev.gossamer.cli.option.LogFile;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.configuration.Keys;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.Engines;
import dev.gossamer.experiment.Version;
import dev.gossamer.placement.Devices;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import dev.gossamer.topology.Topologies;
import dev.gossamer.topology.WeightRule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.text.WordUtils;

/** The program: {@code ./run.sh <experiment> [options]} and the other commands. */
public final class Main {

    private static final List<String> OPTIONS = List.of("help", "version");
    private static final int COLUMNS = 100;

    private final Path home;
    private final EngineFactory engines;
    private final Console console;
    private final Experiments experiments;
    private final List<Command> commands;

    /**
     * With the GPUs of this machine.
     *
     * @param home the project's folder: holds {@code experiments}, {@code datasets} and {@code runs}
     * @param engines makes the engine of each run
     * @param console where results, progress and errors go
     */
    public Main(Path home, EngineFactory engines, Console console) {
        this(home, engines, new Devices(ProfileFile::new), console);
    }

    /**
     * @param home the project's folder: holds {@code experiments}, {@code datasets} and {@code runs}
     * @param engines makes the engine of each run
     * @param devices where GPUs are looked for
     * @param console where results, progress and errors go
     */
    public Main(Path home, EngineFactory engines, Devices devices, Console console) {
        this.home = home;
        this.engines = engines;
        this.console = console;
        experiments = new Experiments(home.resolve("experiments"));
        commands = List.of(
                new ListCommand(experiments, home.resolve("target").resolve("machine.json"), console),
                new ShowCommand(experiments, home, engines, console),
                new ReportCommand(home.resolve("runs"), console),
                new CompareCommand(home.resolve("runs"), console),
                new TopologiesCommand(home.resolve("runs"), console),
                new TheoryCommand(home.resolve("runs"), console),
                new DataCommand(home.resolve("datasets"), home.resolve("runs"), console),
                new BenchCommand(home.resolve("runs").resolve("bench.json"), engines, console),
                new GpuCommand(home, devices, console));
    }

    /** Runs the program and ends the process with its exit code. */
    public static void main(String[] arguments) {
        LastResort.install();
        Path home = Path.of(System.getProperty("gossamer.home", ""));
        Console console = new Console(System.out, System.err, Integer.getInteger("gossamer.columns", 0));
        LogFile.use(LogFile.in(home));
        Devices devices = new Devices(ProfileFile::new);
        Engines engines = new Engines(console.err()::println, devices);
        System.exit(new Main(home, engines, devices, console).run(arguments));
    }

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    public int run(String... arguments) {
        try {
            warnOfPlugins();
            int code = dispatch(Arrays.asList(arguments));
            if (console.out().checkError()) {
                console.err().println("error: standard output is closed or full, and not all was printed");
                return code == ExitCode.DONE ? ExitCode.FAILED : code;
            }
            return code;
        } catch (UsageException | ConfigurationException e) {
            console.err().println("error: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (IOException | RuntimeException | Error e) {
            console.err().println("error: " + Failures.sentence(e));
            Failures.log(String.join(" ", arguments), e);
            return ExitCode.FAILED;
        }
    }

    /** Their catalogues would otherwise be loaded when they are asked for, in the middle of something else. */
    private void warnOfPlugins() {
        if (!Plugins.INSTALLED.isEmpty()) {
            Stream.of(Keys.ALL, WeightRule.names(), Topologies.names()).forEach(List::size);
            Plugins.INSTALLED.problems().forEach(problem -> console.err().println("warning: " + problem));
        }
    }

    private int dispatch(List<String> arguments) throws IOException {
        if (arguments.isEmpty()) {
            help(console.err());
            return ExitCode.USAGE;
        }
        String name = arguments.get(0);
        List<String> rest = arguments.subList(1, arguments.size());
        if (name.matches("help|--help|-h")) {
            rejectWords(name, rest);
            help(console.out());
            return ExitCode.DONE;
        }
        if (name.equals("--version")) {
            rejectWords(name, rest);
            console.out().println("Gossamer " + Version.number());
            return ExitCode.DONE;
        }
        return command(name).run(rest);
    }

    private static void rejectWords(String name, List<String> words) {
        if (!words.isEmpty()) {
            throw new UsageException("unexpected " + Shown.value(words.get(0)) + " after " + name);
        }
    }

    private Command command(String name) throws IOException {
        for (Command command : commands) {
            if (command.name().equals(name)) {
                return command;
            }
        }
        if (name.startsWith("-")) {
            throw new UsageException("unknown option " + Shown.shortened(name)
                    + Nearest.to(name.replaceFirst("^-+", ""), OPTIONS)
                    .map(near -> "; did you mean --" + near + "?")
                    .orElse("; options follow the experiment: ./run.sh EXPERIMENT [options]"));
        }
        if (!experiments.names().contains(name) && !name.matches(".*\\.ya?ml")) {
            throw new UsageException("unknown experiment or command " + Shown.value(name)
                    + experiments.hint(name, commands.stream().map(Command::name).toList()));
        }
        return new RunCommand(name, experiments.get(name), home, engines, console);
    }

    private void help(PrintStream out) throws IOException {
        help(out, "Usage:", "EXPERIMENT [options]", "runs an experiment: " + experiments.overview());
        help(out, "", "FILE.yaml [options]", "runs an experiment of your own");
        for (Command command : commands) {
            help(out, "", command.name(), command.summary());
        }
        help(out, "", "test [maven options]", "the tests");
        help(out, "", "package [--slim] ...", "a folder, or a file for GPUs, that runs without Java and Maven");
        out.println("Each has --help. ./run.sh --version prints the version.");
    }

    private static void help(PrintStream out, String title, String words, String text) {
        String start = String.format("%-6s ./run.sh %-20s ", title, words);
        String margin = " ".repeat(start.length());
        List<String> lines = WordUtils.wrap(text, COLUMNS - start.length(), "\n", false).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            out.println((i == 0 ? start : margin) + lines.get(i));
        }
    }
}
