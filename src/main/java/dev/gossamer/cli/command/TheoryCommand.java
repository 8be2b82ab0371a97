package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** {@code theory}: what linear algebra says about topologies, in four commands of its own. */
public final class TheoryCommand implements Command {

    private final Console console;
    private final List<Command> commands;

    /** @param runs holds the folder of figures */
    public TheoryCommand(Path runs, Console console) {
        this.console = console;
        Path figures = runs.resolve("theory");
        commands = List.of(
                new NeighborsCommand(console),
                new QuadraticCommand(console),
                new DemoCommand(figures, console),
                new WalkCommand(figures, console));
    }

    @Override
    public String name() {
        return "theory";
    }

    @Override
    public String summary() {
        return commands.stream().map(Command::name).collect(Collectors.joining("|", "theory ", ""))
                + ": the numbers and figures behind them";
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        String name = arguments.isEmpty() ? "" : arguments.get(0);
        if (name.equals("--help")) {
            help(console.out());
            return ExitCode.DONE;
        }
        List<String> names = commands.stream().map(Command::name).toList();
        for (Command command : commands) {
            if (command.name().equals(name)) {
                return command.run(arguments.subList(1, arguments.size()));
            }
        }
        throw new UsageException(name.isEmpty() || name.startsWith("-")
                ? "theory needs one of " + String.join(", ", names) + " as its first word"
                : "unknown command " + Shown.value("theory " + name) + Nearest.hint(name, names));
    }

    private void help(PrintStream out) {
        out.println("Usage: ./run.sh theory COMMAND [options]");
        for (Command command : commands) {
            out.printf("       ./run.sh theory %-10s %s%n", command.name(), command.summary());
        }
        out.println("Each has --help. Definitions, formulas and sources are in docs/theory.md.");
    }
}
