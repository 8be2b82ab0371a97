package dev.gossamer.cli.option;

import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.configuration.Grid;
import dev.gossamer.configuration.Keys;
import dev.gossamer.model.Models;
import dev.gossamer.placement.Placement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;

/** The options that change an experiment: one for each key, and {@code --quick}. */
public final class GridOptions {

    public static final String QUICK = "quick";

    private GridOptions() {}

    /**
     * Adds them to a command's options.
     *
     * @param grid the values where an option is not given, for the explanation
     */
    public static void addTo(CommandLineOptions options, Grid grid) {
        options.flag(QUICK, "the same experiment, shrunk to a few minutes");
        for (Key<?> key : Keys.ALL) {
            List<String> standard = grid.texts(key);
            String here = standard.isEmpty() ? "" : " (" + String.join(",", standard) + ")";
            String whose = Stream.of(Algorithms.CATALOGUE, Models.CATALOGUE)
                    .flatMap(catalogue -> catalogue.having(key).stream()).map(names -> "; of " + names)
                    .collect(Collectors.joining());
            String meaning = key.meaning() + here + ": " + key.allowed() + whose;
            if (key.canVary() || key == Placement.DEVICES) {
                options.list(key.toString(), "VALUE", meaning);
            } else {
                options.value(key.toString(), "VALUE", meaning);
            }
        }
    }

    /** The values of an experiment with those of the command line in their place. */
    public static Grid grid(ExperimentFile experiment, CommandLine line) {
        Map<Key<?>, List<String>> values = Keys.map();
        for (Key<?> key : Keys.ALL) {
            String texts = line.getOptionValue(key.toString());
            if (texts != null) {
                List<String> given = List.of(texts.split(",", -1));
                values.put(key, key == Placement.DEVICES ? given.subList(0, 1) : given);
            }
        }
        Grid grid = line.hasOption(QUICK) ? experiment.grid().with(experiment.quick()) : experiment.grid();
        return grid.with(Grid.of(values));
    }
}
