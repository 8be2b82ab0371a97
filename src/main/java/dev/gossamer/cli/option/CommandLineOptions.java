package dev.gossamer.cli.option;

import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** The options of one command: reads them from its arguments and explains them. Every command has {@code --help}. */
public final class CommandLineOptions {

    private static final int COLUMN = 36;
    private static final String LIST = "[,...]";
    /** The words that ask for a command, at the start of its usage: a second one is written small. */
    private static final Pattern COMMAND = Pattern.compile("^\\S+( [a-z]+(?= ))?");

    private final String usage;
    private final String summary;
    private final Options options = new Options();

    /**
     * @param usage how the command is called, for example {@code show EXPERIMENT [options]}
     * @param summary what it does
     */
    public CommandLineOptions(String usage, String summary) {
        this.usage = usage;
        this.summary = summary;
    }

    /** Adds an option with a value. */
    public CommandLineOptions value(String name, String value, String meaning) {
        options.addOption(Option.builder().longOpt(name).hasArg().argName(value).desc(meaning).get());
        return this;
    }

    /** Adds an option whose value may be several, with commas in between. */
    public CommandLineOptions list(String name, String value, String meaning) {
        return value(name, value + LIST, meaning);
    }

    /** Adds an option without a value. */
    public CommandLineOptions flag(String name, String meaning) {
        options.addOption(Option.builder().longOpt(name).desc(meaning).get());
        return this;
    }

    /**
     * Reads a command's arguments.
     *
     * @throws UsageException if an option is unknown, given more than once or lacks its value
     */
    public CommandLine parse(List<String> arguments) {
        options.addOption(Option.builder("h").longOpt("help").desc("print this").get());
        arguments.stream().takeWhile(word -> !word.equals("--")).forEach(this::rejectSingleDash);
        try {
            String[] words = arguments.toArray(String[]::new);
            CommandLine line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(options, words);
            rejectRepetition(line);
            return line;
        } catch (UnrecognizedOptionException e) {
            throw new UsageException("unknown option " + Shown.shortened(e.getOption()) + hint(e.getOption()));
        } catch (MissingArgumentException e) {
            Option option = e.getOption();
            throw new UsageException("--" + option.getLongOpt() + " needs a value: " + option.getDescription());
        } catch (ParseException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** The library would take {@code -seed} for {@code --seed}. */
    private void rejectSingleDash(String word) {
        if (word.matches("-\\p{Alpha}.*") && !word.equals("-h")) {
            throw new UsageException("unknown option " + Shown.shortened(word) + hint(word));
        }
    }

    private void rejectRepetition(CommandLine line) {
        Set<Option> given = new HashSet<>();
        for (Option option : line.getOptions()) {
            if (!given.add(option)) {
                String hint = isList(option) ? ", with commas between its values" : "";
                throw new UsageException("--" + option.getLongOpt() + " is given more than once; give it once" + hint);
            }
        }
    }

    /**
     * Goes on only where there are no more words beside the options than belong there.
     *
     * @param allowed the most there may be
     * @throws UsageException otherwise, naming the first word too many
     */
    public void rejectWords(CommandLine line, int allowed) {
        List<String> words = line.getArgList();
        if (words.size() > allowed) {
            boolean lists = options.getOptions().stream().anyMatch(CommandLineOptions::isList);
            String hint = lists ? "; values in a list are separated by commas, without blanks or within quotes" : "";
            throw new UsageException("unexpected " + Shown.value(words.get(tooMany(words, allowed))) + hint);
        }
    }

    /** A number stands beside the option that it belongs to, before or after the words. */
    private static int tooMany(List<String> words, int allowed) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).matches("[\\d.,].{0,100}")) {
                return i;
            }
        }
        return allowed;
    }

    private static boolean isList(Option option) {
        return option.hasArg() && option.getArgName().endsWith(LIST);
    }

    private String command() {
        Matcher command = COMMAND.matcher(usage);
        return command.find() ? command.group() : usage;
    }

    private String hint(String unknown) {
        String name = unknown.replaceFirst("^-+", "").replaceFirst("=.*", "");
        List<String> known = options.getOptions().stream().map(Option::getLongOpt).toList();
        return Nearest.to(name, known)
                .map(near -> "; did you mean --" + near + "?")
                .orElse("; ./run.sh " + command() + " --help lists the options");
    }

    /** Prints how the command is called. */
    public void help(PrintStream out) {
        out.println("Usage: ./run.sh " + usage);
        summary.lines().forEach(out::println);
        out.println();
        out.println("Options, with their values where they are not given in parentheses:");
        for (Option option : options.getOptions()) {
            String name = "--" + option.getLongOpt() + (option.hasArg() ? " " + option.getArgName() : "");
            out.printf("  %-" + COLUMN + "s  %s%n", name, option.getDescription());
        }
    }
}
