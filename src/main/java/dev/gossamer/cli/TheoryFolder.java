package dev.gossamer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;

/** The option {@code --output} for files that are a function of the options alone, and can be made anew. */
final class TheoryFolder {

    private static final String NAME = "output";

    private TheoryFolder() {}

    /** Adds the option. */
    static void addTo(CommandLineOptions options, Path standard, String meaning) {
        options.value(NAME, "DIR", meaning + " (" + standard + ")");
    }

    /** Makes the folder that the user chose, or the standard one, where it is missing. */
    static Path of(CommandLine line, Path standard) throws IOException {
        return Files.createDirectories(Path.of(line.getOptionValue(NAME, standard.toString())));
    }
}
