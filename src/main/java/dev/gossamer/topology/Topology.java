package dev.gossamer.topology;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A topology that fits its number of workers. Where its graph is from a file, that was read once: whatever happens to
 * the file, this is the topology of the graph that was read. Immutable; two are equal if name, number of workers and
 * graph are.
 */
public final class Topology {

    private final String name;
    private final int workers;
    private final Optional<Graph> graph;
    private final Optional<String> fingerprint;
    private final Supplier<Scheme> scheme;

    /**
     * @param name the name as it is written everywhere
     * @param graph the graph, where it is from a file
     * @param scheme makes the scheme
     */
    Topology(String name, int workers, Optional<Graph> graph, Supplier<Scheme> scheme) {
        this.name = name;
        this.workers = workers;
        this.graph = graph;
        this.scheme = scheme;
        fingerprint = graph.map(GraphFiles::fingerprint);
    }

    /** The name as it is written everywhere, for example {@code torus-4x8}. */
    public String name() {
        return name;
    }

    /**
     * What a topology of a name is, whatever the file of its graph is called: the name with the fingerprint of the
     * graph in place of the path.
     *
     * @param name a name, as {@link Topologies#topology} reads it
     * @param fingerprint that of the graph, where it is from a file
     */
    public static String content(String name, Optional<String> fingerprint) {
        TopologyName parts = TopologyName.of(name);
        return fingerprint.isEmpty() || !parts.isFile()
                ? name
                : (parts.onePeer() ? TopologyName.ONE_PEER : "") + TopologyName.FILE + fingerprint.get()
                        + (parts.weights().isEmpty() ? "" : "+" + parts.weights());
    }

    /** The same topology with another name for the file of its graph. */
    public Topology named(String other) {
        if (!content(other, fingerprint).equals(content(name, fingerprint))) {
            throw new IllegalArgumentException(other + " is not another name of " + name);
        }
        return new Topology(other, workers, graph, scheme);
    }

    /** Number of workers n, at least 1. */
    public int workers() {
        return workers;
    }

    /** The graph, where it was read from a file; empty for a topology that the name alone decides. */
    public Optional<Graph> graph() {
        return graph;
    }

    /** That of {@link #graph}, see {@link GraphFiles#fingerprint}. */
    public Optional<String> fingerprint() {
        return fingerprint;
    }

    /**
     * The mixing matrices, made anew, as they can be large: hundreds of megabytes with thousands of workers.
     *
     * @throws ArithmeticException if weights cannot be computed
     */
    public Scheme scheme() {
        return scheme.get();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topology topology
                && name.equals(topology.name)
                && workers == topology.workers
                && fingerprint.equals(topology.fingerprint);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, workers, fingerprint);
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
