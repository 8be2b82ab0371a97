package dev.gossamer.cli;

import dev.gossamer.experiment.Nearest;
import java.io.PrintStream;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** The options of one command: reads them from its arguments and explains them. Every command has {@code --help}. */
final class CommandLineOptions {

    private static final int COLUMN = 36;

    private final String usage;
    private final String summary;
    private final Options options = new Options();

    /**
     * @param usage how the command is called, for example {@code show EXPERIMENT [options]}
     * @param summary what it does
     */
    CommandLineOptions(String usage, String summary) {
        this.usage = usage;
        this.summary = summary;
    }

    /** Adds an option with a value. */
    CommandLineOptions value(String name, String value, String meaning) {
        options.addOption(Option.builder().longOpt(name).hasArg().argName(value).desc(meaning).get());
        return this;
    }

    /** Adds an option without a value. */
    CommandLineOptions flag(String name, String meaning) {
        options.addOption(Option.builder().longOpt(name).desc(meaning).get());
        return this;
    }

    /**
     * Reads a command's arguments.
     *
     * @throws UsageException if an option is unknown or lacks its value
     */
    CommandLine parse(List<String> arguments) {
        flag("help", "print this");
        try {
            String[] words = arguments.toArray(String[]::new);
            return DefaultParser.builder().setAllowPartialMatching(false).get().parse(options, words);
        } catch (UnrecognizedOptionException e) {
            throw new UsageException("unknown option " + e.getOption() + hint(e.getOption()));
        } catch (MissingArgumentException e) {
            Option option = e.getOption();
            throw new UsageException("--" + option.getLongOpt() + " needs a value: " + option.getDescription());
        } catch (ParseException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private String hint(String unknown) {
        String name = unknown.replaceFirst("^-+", "").replaceFirst("=.*", "");
        List<String> known = options.getOptions().stream().map(Option::getLongOpt).toList();
        return Nearest.to(name, known)
                .map(near -> "; did you mean --" + near + "?")
                .orElse("; ./run.sh " + usage.split(" ")[0] + " --help lists the options");
    }

    /** Prints how the command is called. */
    void help(PrintStream out) {
        out.println("Usage: ./run.sh " + usage);
        out.println(summary);
        out.println();
        out.println("Options, with their values where they are not given in parentheses:");
        for (Option option : options.getOptions()) {
            String name = "--" + option.getLongOpt() + (option.hasArg() ? " " + option.getArgName() : "");
            out.printf("  %-" + COLUMN + "s  %s%n", name, option.getDescription());
        }
    }
}
