package dev.gossamer.cli.option;

import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.List;
import java.util.Optional;

/** One topology of every family, for those who name none. */
public final class FamilyTopologies {

    /** For each family, names in order of preference: the first that fits the number of workers stands for it. */
    private static final List<List<String>> FAMILIES = List.of(
            List.of("ring"),
            List.of("chain"),
            List.of("torus"),
            List.of("grid"),
            List.of("star"),
            List.of("star-1"),
            List.of("binary-tree"),
            List.of("binary-tree-reversed"),
            List.of("3-tree"),
            List.of("two-cliques"),
            List.of("hypercube"),
            List.of("social-network"),
            List.of("social-network-tree"),
            List.of("fully-connected"),
            List.of("solo"),
            List.of("uni-ring"),
            List.of("static-exponential"),
            List.of("random-regular-3", "random-regular-4"),
            List.of("erdos-renyi-0.2", "erdos-renyi-0.5"),
            List.of("small-world-4-0.1", "small-world-2-0.1"),
            List.of("random-digraph-3", "random-digraph-1"),
            List.of("mix-0.5"),
            List.of("artificial-adversarial-0.5"),
            List.of("artificial-nice-0.5"),
            List.of("time-varying-exponential"),
            List.of("time-varying-ring"),
            List.of("double-binary-trees"),
            List.of("local-steps-4"),
            List.of("hyper-hypercube-1", "hyper-hypercube-2", "hyper-hypercube-4", "hyper-hypercube-6"),
            List.of("simple-base-1"),
            List.of("base-1"),
            List.of("random-matching"),
            List.of("redrawn-random-matching"),
            List.of("redrawn-random-regular-3", "redrawn-random-regular-4"),
            List.of("redrawn-random-digraph-3", "redrawn-random-digraph-1"),
            List.of("one-peer-ring"),
            List.of("ring+lazy"));

    private FamilyTopologies() {}

    /** One of each family that fits a number of workers. */
    public static List<Scheme> fitting(int workers) {
        return FAMILIES.stream()
                .flatMap(names -> fitting(names, workers).stream().limit(1))
                .toList();
    }

    /** Those of some names that fit a number of workers. */
    public static List<Scheme> fitting(List<String> names, int workers) {
        return names.stream().flatMap(name -> ifFitting(name, workers).stream()).toList();
    }

    private static Optional<Scheme> ifFitting(String name, int workers) {
        try {
            return Optional.of(Topologies.parse(name, workers));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
