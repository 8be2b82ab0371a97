package dev.gossamer.cli.option;

import dev.gossamer.record.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.commons.cli.CommandLine;

/**
 * The option {@code --output} for files that are a function of the options alone, and can be made anew.
 *
 * @param standard the folder where none is given
 * @param out where the paths of the files are printed
 */
public record FigureFolder(Path standard, PrintStream out) {

    private static final String NAME = "output";

    /** Adds the option. */
    public void addTo(CommandLineOptions options, String meaning) {
        options.value(NAME, "DIR", meaning + "; older ones are replaced (" + standard + ")");
    }

    /** Makes the folder that the user chose, or the standard one, where it is missing. */
    public Path of(CommandLine line) throws IOException {
        Path folder = PathOption.of(NAME, line.getOptionValue(NAME, standard.toString()));
        OutputFolder.check(folder);
        return Files.createDirectories(folder);
    }

    /** Writes a figure and its numbers, {@code NAME.csv} and {@code NAME.svg}. */
    public void write(CommandLine line, String name, String csv, Consumer<Path> figure) throws IOException {
        Path folder = of(line);
        Path numbers = folder.resolve(name + ".csv");
        WholeFile.replace(numbers, csv);
        out.println(numbers);
        Path svg = folder.resolve(name + ".svg");
        figure.accept(svg);
        out.println(svg);
    }
}
