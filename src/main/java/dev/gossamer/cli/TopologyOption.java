package dev.gossamer.cli;

import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/** The option {@code --topology}: names with commas in between, which no name holds. */
final class TopologyOption {

    private static final String NAME = "topology";
    private static final String VALUE = "NAME";

    private TopologyOption() {}

    /** Adds the option; without it, there is one topology of each family. */
    static void addTo(CommandLineOptions options) {
        options.list(NAME, VALUE, "topologies, as ring,torus-4x8 or \"Torus (4x8)\" (one of each family that fits)");
    }

    /** Adds the option with names that stand where it is not given. */
    static void addTo(CommandLineOptions options, List<String> standard) {
        options.list(NAME, VALUE, "topologies (" + String.join(",", standard) + ")");
    }

    /**
     * The topologies that the user named, or one of each family that fits the number of workers.
     *
     * @throws UsageException if there is no topology of a name, or it does not fit
     */
    static List<Scheme> schemes(CommandLine line, int workers) {
        return line.hasOption(NAME) ? named(line, List.of(), workers) : FamilyTopologies.fitting(workers);
    }

    /**
     * The topologies that the user named, or the standard ones.
     *
     * @throws UsageException if there is no topology of a name, or it does not fit
     */
    static List<Scheme> named(CommandLine line, List<String> standard, int workers) {
        String given = line.getOptionValue(NAME, String.join(",", standard));
        List<Scheme> schemes = new ArrayList<>();
        for (String name : given.split(",", -1)) {
            Scheme scheme = parse(name.strip(), workers);
            if (schemes.stream().noneMatch(other -> other.name().equals(scheme.name()))) {
                schemes.add(scheme);
            }
        }
        return schemes;
    }

    private static Scheme parse(String name, int workers) {
        if (name.isEmpty()) {
            throw new UsageException("topology must be names with commas in between, got an empty one");
        }
        try {
            return Topologies.parse(name, workers);
        } catch (IllegalArgumentException e) {
            throw new UsageException("topology: " + e.getMessage());
        }
    }
}
