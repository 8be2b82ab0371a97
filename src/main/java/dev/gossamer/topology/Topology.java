package dev.gossamer.topology;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A topology that fits its number of workers. Where its graph or its weights are from a file, that was read once:
 * whatever happens to the file, this is the topology of what was read. Immutable; two are equal if name, number of
 * workers and what was read are.
 */
public final class Topology {

    private final String name;
    private final int workers;
    private final boolean takesMeans;
    private final Optional<FileContent> content;
    private final Optional<String> fingerprint;
    private final Supplier<Scheme> scheme;

    /**
     * @param name the name as it is written everywhere
     * @param takesMeans whether rows of all its mixing matrices sum to 1, see {@link #takesMeans()}
     * @param content what was read, where it is from a file
     * @param scheme makes the scheme
     */
    Topology(String name, int workers, boolean takesMeans, Optional<FileContent> content, Supplier<Scheme> scheme) {
        this(name, workers, takesMeans, content, recorded(content).map(GraphFiles::fingerprint), scheme);
    }

    private Topology(String name, int workers, boolean takesMeans, Optional<FileContent> content,
            Optional<String> fingerprint, Supplier<Scheme> scheme) {
        this.name = name;
        this.workers = workers;
        this.takesMeans = takesMeans;
        this.content = content;
        this.fingerprint = fingerprint;
        this.scheme = scheme;
    }

    private static Optional<String> recorded(Optional<FileContent> content) {
        return content.map(FileContent::text);
    }

    /** The name as it is written everywhere, for example {@code torus-4x8}. */
    public String name() {
        return name;
    }

    /**
     * What a topology of a name is, whatever its file is called: the name with the fingerprint of what was read in
     * place of the path.
     *
     * @param name a name, as {@link Topologies#topology} reads it
     * @param fingerprint that of what was read, where it is from a file
     */
    public static String content(String name, Optional<String> fingerprint) {
        TopologyName parts = TopologyName.of(name);
        return fingerprint.isEmpty() || parts.file().isEmpty()
                ? name
                : parts.withBase(parts.file().get().prefix() + fingerprint.get());
    }

    /** Its lazy form, see {@link Lazy}. */
    Topology lazy() {
        return new Topology(name + TopologyName.PLUS_LAZY, workers, takesMeans, content, fingerprint,
                () -> Lazy.of(scheme()));
    }

    /** The same topology with another name for its file. */
    public Topology named(String other) {
        if (!content(other, fingerprint).equals(content(name, fingerprint))) {
            throw new IllegalArgumentException(other + " is not another name of " + name);
        }
        return new Topology(other, workers, takesMeans, content, fingerprint, scheme);
    }

    /** Whether rows of the mixing matrices are known to sum to 1 without making them: they are of undirected graphs. */
    public boolean takesMeans() {
        return takesMeans;
    }

    /** Number of workers n, at least 1. */
    public int workers() {
        return workers;
    }

    /**
     * The text that stands for its file in records, made anew, which {@link Topologies#recorded} reads back; empty for
     * a topology that the name alone decides. Of an undirected graph, {@link GraphFiles#text}.
     */
    public Optional<String> recorded() {
        return recorded(content);
    }

    /** SHA-256 over the bytes of {@link #recorded}, in hexadecimal. */
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
