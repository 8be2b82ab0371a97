package dev.gossamer.cli.option;

import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.TopologyFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** The option {@code --topology}: names with commas in between, which no name holds. */
public final class TopologyOption {

    private static final String NAME = "topology";
    private static final String VALUE = "NAME";

    /** Most workers for which topologies that nobody named are computed: those without a closed form take minutes. */
    private static final int MOST_UNNAMED_WORKERS = 256;

    private TopologyOption() {}

    /** Adds the option; without it, there is one topology of each family. */
    public static void addTo(CommandLineOptions options) {
        options.list(NAME, VALUE, "topologies, as ring,torus-4x8 or \"Torus (4x8)\" (one of each family that fits)");
    }

    /** Adds the option with names that stand where it is not given. */
    public static void addTo(CommandLineOptions options, List<String> standard) {
        options.list(NAME, VALUE, "topologies (" + String.join(",", standard) + ", those that fit)");
    }

    /**
     * The topologies that the user named, or one of each family that fits; for each number of workers.
     *
     * @throws UsageException if there is no topology of a name, it does not fit, or there are too many workers to name
     *     none
     */
    public static List<Scheme> schemes(CommandLine line, List<Integer> workers) {
        List<Scheme> schemes = new ArrayList<>();
        for (int n : workers) {
            schemes.addAll(isGiven(line, n) ? named(line, n) : FamilyTopologies.fitting(n));
        }
        return schemes;
    }

    /** The topologies that the user named, or those of the standard ones that fit; otherwise as above. */
    public static List<Scheme> schemes(CommandLine line, List<String> standard, int workers) {
        return isGiven(line, workers) ? named(line, workers) : FamilyTopologies.fitting(standard, workers);
    }

    private static boolean isGiven(CommandLine line, int workers) {
        if (!line.hasOption(NAME) && workers > MOST_UNNAMED_WORKERS) {
            throw new UsageException("topology must be given for more than " + MOST_UNNAMED_WORKERS
                    + " workers, because some take hours; got none for " + workers + " workers");
        }
        return line.hasOption(NAME);
    }

    private static List<Scheme> named(CommandLine line, int workers) {
        TopologyFactory topologies = new TopologyFactory();
        List<Scheme> schemes = new ArrayList<>();
        for (String name : line.getOptionValue(NAME).split(",", -1)) {
            Scheme scheme = parse(name.strip(), workers, topologies);
            if (schemes.stream().noneMatch(other -> other.name().equals(scheme.name()))) {
                schemes.add(scheme);
            }
        }
        return schemes;
    }

    private static Scheme parse(String name, int workers, TopologyFactory topologies) {
        if (name.isEmpty()) {
            throw new UsageException("topology must be names with commas in between, got an empty one");
        }
        try {
            return topologies.get(name, workers).scheme();
        } catch (IllegalArgumentException e) {
            throw new UsageException("topology: " + e.getMessage());
        }
    }
}
