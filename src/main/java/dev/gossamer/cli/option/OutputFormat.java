package dev.gossamer.cli.option;

import dev.gossamer.report.table.Listing;
import dev.gossamer.text.Shown;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;

/** What a listing is printed as. */
public enum OutputFormat {
    TABLE,
    JSON,
    CSV;

    private static final String OPTION = "format";

    /** Adds the option {@code --format}. */
    public static void addTo(CommandLineOptions options) {
        options.value(OPTION, "FORMAT", "table, json or csv (table)");
    }

    /** Whether the user chose one. */
    public static boolean isGiven(CommandLine line) {
        return line.hasOption(OPTION);
    }

    /**
     * What the user chose.
     *
     * @throws UsageException if there is no such format
     */
    public static OutputFormat of(CommandLine line) {
        String name = line.getOptionValue(OPTION, TABLE.toString());
        return Arrays.stream(values())
                .filter(format -> format.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("format must be table, json or csv, got " + Shown.value(name)));
    }

    /** The rows as text that ends with a line break. */
    public <R> String print(Listing<R> listing, List<R> rows) {
        return switch (this) {
            case TABLE -> listing.table(rows);
            case JSON -> listing.json(rows);
            case CSV -> listing.csv(rows);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
