package dev.gossamer.cli;

import dev.gossamer.experiment.ConfigurationException;
import dev.gossamer.experiment.Nearest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The program: {@code ./run.sh <experiment> [options]} and the other commands. */
public final class Main {

    private final Console console;
    private final Experiments experiments;
    private final List<Command> commands;

    Main(Path home, Console console) {
        this.console = console;
        experiments = new Experiments(home.resolve("experiments"));
        commands = List.of(new ListCommand(experiments, console), new ShowCommand(experiments, console));
    }

    /** Runs the program and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Console console = new Console(System.out, System.err, Boolean.getBoolean("gossamer.terminal"));
        System.exit(new Main(Path.of(System.getProperty("gossamer.home", "")), console).run(arguments));
    }

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    int run(String... arguments) {
        try {
            return dispatch(Arrays.asList(arguments));
        } catch (UsageException | ConfigurationException e) {
            console.err().println("error: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (IOException e) {
            console.err().println("error: " + e);
            return ExitCode.FAILED;
        }
    }

    private int dispatch(List<String> arguments) throws IOException {
        if (arguments.isEmpty() || arguments.get(0).equals("--help") || arguments.get(0).equals("help")) {
            help(arguments.isEmpty() ? console.err() : console.out());
            return arguments.isEmpty() ? ExitCode.USAGE : ExitCode.DONE;
        }
        String name = arguments.get(0);
        List<String> rest = arguments.subList(1, arguments.size());
        for (Command command : commands) {
            if (command.name().equals(name)) {
                return command.run(rest);
            }
        }
        throw new UsageException("unknown command or experiment \"" + name + "\"" + Nearest.hint(name, names()));
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>(experiments.names());
        commands.forEach(command -> names.add(command.name()));
        return names;
    }

    private void help(PrintStream out) {
        out.println("Usage: ./run.sh EXPERIMENT [options]");
        commands.forEach(command -> out.printf("       ./run.sh %-20s %s%n", command.name(), command.summary()));
    }
}
