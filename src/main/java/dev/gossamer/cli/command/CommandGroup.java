package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** A word with commands of its own behind it. */
abstract class CommandGroup implements Command {

    private final String name;
    private final String purpose;
    private final String document;
    private final Console console;
    private final List<Command> commands;

    /**
     * @param name the word
     * @param purpose what the commands are for, in a few words
     * @param document what is explained where, a sentence
     */
    CommandGroup(String name, String purpose, String document, Console console, List<Command> commands) {
        this.name = name;
        this.purpose = purpose;
        this.document = document;
        this.console = console;
        this.commands = commands;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String summary() {
        return commands.stream().map(Command::name).collect(Collectors.joining("|", name + " ", "")) + ": " + purpose;
    }

    @Override
    public final int run(List<String> arguments) throws IOException {
        String word = arguments.isEmpty() ? "" : arguments.get(0);
        if (word.equals("--help")) {
            help(console.out());
            return ExitCode.DONE;
        }
        List<String> names = commands.stream().map(Command::name).toList();
        for (Command command : commands) {
            if (command.name().equals(word)) {
                return command.run(arguments.subList(1, arguments.size()));
            }
        }
        throw new UsageException(word.isEmpty() || word.startsWith("-")
                ? name + " needs one of " + String.join(", ", names) + " as its first word"
                : "unknown command " + Shown.value(name + " " + word) + Nearest.hint(word, names));
    }

    private void help(PrintStream out) {
        out.println("Usage: ./run.sh " + name + " COMMAND [options]");
        for (Command command : commands) {
            out.printf("       ./run.sh %s %-10s %s%n", name, command.name(), command.summary());
        }
        out.println("Each has --help. " + document);
    }
}
