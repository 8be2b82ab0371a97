package dev.gossamer.topology;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Parameters;
import dev.gossamer.text.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every topology by name. */
public final class Topologies {

    /** All families of topologies. */
    public static final Catalogue<Family> CATALOGUE =
            Catalogue.load("topology", TopologyFamilies.class, TopologyFamilies::families);

    /** Names that stand for others. */
    private static final List<String> SHORTHANDS = List.of("torus", "grid");

    /** What some topologies are called elsewhere. */
    private static final Map<String, String> SYNONYMS =
            Map.of("directed-ring", "uni-ring", "directed-exponential", "static-exponential");

    /** Reads what is in a file, which must be of a number of workers. */
    @FunctionalInterface
    interface FileReader {
        FileContent read(FileKind kind, String path, int workers);
    }

    private Topologies() {}

    /**
     * The scheme of a name, for a number of workers.
     *
     * <p>Any undirected topology can have other weights than its own, as {@code ring+uniform} (see
     * {@link WeightRule#parse}), or be made a one-peer scheme, as {@code one-peer-ring}. Any topology can be made lazy,
     * as {@code ring+lazy} (see {@link Lazy}). Graph or weights may come from a file, as {@code file:office.csv},
     * {@code directed-file:PATH} or {@code weights-file:PATH} (see {@link GraphFiles}). Random ones take a seed, as
     * {@code random-regular-3-seed-7}, instead of {@link Parameters#DEFAULT_SEED}; those that start with
     * {@code redrawn-} are drawn anew at every step. {@code torus} and {@code grid} are the squarest of theirs.
     *
     * <p>Capitals, blanks and parentheses do not matter: {@code Torus (4x8)} is {@code torus-4x8}, {@code Time-varying
     * exponential} is {@code time-varying-exponential}.
     *
     * @param name one of {@link #names()}, with numbers in place of capital letters
     * @param workers number of workers n, at least 1
     * @throws IllegalArgumentException if there is no such topology or it does not fit the number of workers; the
     *     message is one sentence for the user
     */
    public static Scheme parse(String name, int workers) {
        return topology(name, workers, FileKind::read).scheme();
    }

    /**
     * The topology of a name that was of a file, with what was read of it then.
     *
     * @param name a name as {@link Topology#name} gives it
     * @param text what stands for the file of that name, as {@link Topology#recorded} gives it
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static Topology recorded(String name, int workers, String text) {
        return topology(name, workers, (kind, path, n) -> kind.parse(text, n));
    }

    /**
     * The topology of a name that was of a file, with the copy of what was read of it then.
     *
     * @param name a name as {@link Topology#name} gives it
     * @param copy a file with {@link Topology#recorded}
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static Topology recorded(String name, int workers, Path copy) {
        return topology(name, workers, (kind, path, n) -> kind.read(copy.toString(), n));
    }

    /** Whether a name is of a topology whose graph or weights are in a file. */
    public static boolean isFile(String name) {
        return file(name).isPresent();
    }

    /** What a topology is read from, as {@code file:PATH}, whatever is made of it; empty for that of a family. */
    public static Optional<String> file(String name) {
        TopologyName parts = TopologyName.of(name);
        return parts.file().map(kind -> parts.base());
    }

    /** The topology of a name, checked without the work of making it where that is much. */
    static Topology topology(String name, int workers, FileReader files) {
        requireWorker(workers);
        TopologyName parts = TopologyName.of(name);
        Topology topology = topology(name, parts, workers, files);
        return parts.lazy() ? topology.lazy() : topology;
    }

    private static Topology topology(String name, TopologyName parts, int workers, FileReader files) {
        if (parts.onePeer() && parts.base().equals("exponential") && parts.weights().isEmpty()) {
            return topology("time-varying-exponential", workers, files);
        }
        boolean ownWeights = !parts.onePeer() && parts.weights().isEmpty();
        if (ownWeights && parts.file().isPresent()) {
            return ofFile(parts.base(), workers, files.read(parts.file().get(), parts.path(), workers));
        }
        if (!ownWeights) {
            return ofGraph(parts, namedGraph(name, parts, workers, files));
        }
        String plainName = withoutShorthand(parts.base(), workers);
        Catalogue.Match<Family> match = family(name, plainName);
        Family family = match.entry();
        Parameters parameters = match.parameters();
        family.check().of(workers, parameters);
        return new Topology(parameters.name(), workers, family.graph().isPresent(), Optional.empty(),
                () -> family.scheme().of(workers, parameters));
    }

    private static Topology ofFile(String name, int workers, FileContent content) {
        return new Topology(name, workers, content instanceof FileContent.Undirected, Optional.of(content),
                () -> new PeriodicScheme(name, content.phases()));
    }

    private static Topology ofGraph(TopologyName parts, NamedGraph named) {
        return parts.onePeer() ? onePeer(parts.weights(), named) : weighted(named, parts.weights());
    }

    /**
     * The undirected graph of a static topology.
     *
     * @param name the name of a topology of an undirected graph, without weights
     * @param workers number of workers n, at least 1
     * @throws IllegalArgumentException as {@link #parse}, or if the topology is no undirected graph
     */
    public static Graph graph(String name, int workers) {
        requireWorker(workers);
        TopologyName parts = TopologyName.of(name);
        if (parts.onePeer() || parts.lazy() || !parts.weights().isEmpty()) {
            throw new IllegalArgumentException("\"" + name + "\" is not the name of a graph alone");
        }
        return namedGraph(name, parts, workers, FileKind::read).graph().get();
    }

    /**
     * The names of all topologies. A capital letter stands for a number, as in {@code torus-RxC}, GRAPH for the name of
     * a topology of an undirected graph, TOPOLOGY for that of any, PATH for that of a file.
     */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        names.addAll(CATALOGUE.names());
        names.addAll(SHORTHANDS);
        names.add(TopologyName.ONE_PEER + "GRAPH");
        for (FileKind kind : FileKind.values()) {
            names.add(kind.prefix() + "PATH");
        }
        names.add("TOPOLOGY" + TopologyName.PLUS_LAZY);
        return List.copyOf(names);
    }

    private static void requireWorker(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a topology needs at least 1 worker, got " + workers);
        }
    }

    private static Topology weighted(NamedGraph named, String weights) {
        WeightRule rule = weights.isEmpty() ? WeightRule.DEFAULT : WeightRule.parse(weights);
        rule.check().accept(named);
        String name = named.name() + (rule.equals(WeightRule.DEFAULT) ? "" : "+" + rule.name());
        return new Topology(name, named.workers(), true, content(named),
                () -> PeriodicScheme.constant(name, rule.weights().apply(named.graph().get())));
    }

    private static Topology onePeer(String weights, NamedGraph named) {
        if (!weights.isEmpty()) {
            throw new IllegalArgumentException("one-peer schemes have weights 1/2, got \"" + weights + "\"");
        }
        Matchings.checkOnePeer(named);
        String name = TopologyName.ONE_PEER + named.name();
        return new Topology(name, named.workers(), true, content(named),
                () -> new PeriodicScheme(name, Matchings.onePeer(named.graph().get())));
    }

    private static Optional<FileContent> content(NamedGraph named) {
        return named.read().map(FileContent.Undirected::new);
    }

    private static NamedGraph namedGraph(String name, TopologyName parts, int workers, FileReader files) {
        if (parts.file().isPresent()) {
            if (!(files.read(parts.file().get(), parts.path(), workers) instanceof FileContent.Undirected read)) {
                throw noGraph(name, parts.file().get().prefix() + "PATH");
            }
            return new NamedGraph(parts.base(), workers, Optional.of(read.graph()), true, read::graph);
        }
        String plainName = withoutShorthand(parts.base(), workers);
        Catalogue.Match<Family> match = family(name, plainName);
        Family family = match.entry();
        if (family.graph().isEmpty()) {
            throw noGraph(name, family.form());
        }
        Parameters parameters = match.parameters();
        family.check().of(workers, parameters);
        return new NamedGraph(parameters.name(), workers, Optional.empty(), family.isCheckedByMaking(),
                () -> family.graph().get().of(workers, parameters));
    }

    private static IllegalArgumentException noGraph(String name, String form) {
        return new IllegalArgumentException("\"" + name + "\" needs an undirected graph, but " + form
                + " is none; those are " + String.join(", ", graphNames()));
    }

    private static List<String> graphNames() {
        return CATALOGUE.entries().stream().filter(family -> family.graph().isPresent()).map(Family::form).toList();
    }

    private static String withoutShorthand(String base, int workers) {
        if (!SHORTHANDS.contains(base)) {
            return SYNONYMS.getOrDefault(base, base);
        }
        Sizes.require(base + " needs workers that fill at least 2 rows and 2 columns", Sizes::isComposite, workers);
        int rows = Sizes.shorterSide(workers);
        return base + "-" + rows + "x" + workers / rows;
    }

    private static Catalogue.Match<Family> family(String name, String plainName) {
        return CATALOGUE.find(plainName).orElseThrow(() -> new IllegalArgumentException("unknown topology \"" + name
                + "\""
                + Nearest.to(name, names()).map(near -> "; did you mean \"" + near + "\"? Known: ").orElse("; known: ")
                + String.join(", ", names())));
    }
}
