package dev.gossamer.topology;

import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jgrapht.alg.util.Pair;
import org.jgrapht.alg.util.Triple;
import org.jgrapht.nio.BaseEventDrivenImporter;
import org.jgrapht.nio.EventDrivenImporter;
import org.jgrapht.nio.ImportException;
import org.jgrapht.nio.dot.DOTEventDrivenImporter;
import org.jgrapht.nio.gml.GmlEventDrivenImporter;

/**
 * Reads a graph in GML or in the language of Graphviz (DOT), by JGraphT: its nodes and edges; everything else is
 * skipped. Nodes named 0, ..., n - 1 are the workers of these numbers, others are numbered in the order of the file.
 * What JGraphT would leave out or take for something else is refused.
 *
 * @param source where the text comes from, for messages
 * @param workers number of workers n that the graph must have
 * @param language GML or DOT
 */
record ImportedGraph(String source, int workers, Language language) implements GraphReader {

    /** JGraphT holds such a file as a tree of its words. */
    private static final int MOST_CHARACTERS = 1 << 24;

    /** A backslash, and what it escapes for JGraphT. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\([\"\\\\])?");

    private static final Pattern DOT_KIND = Pattern.compile("\\s*+(?:strict\\s++)?(graph|digraph)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern DOT_GROUP = Pattern.compile("(?:--|->)\\s*+(?:\\{|subgraph\\b)|\\}\\s*+(?:--|->)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern GML_ENTRY = Pattern.compile("[\\[\\]]|\\bdirected\\s++([01])\\b");
    private static final Pattern GML_EDGE = Pattern.compile("\\bedge\\s*+\\[");

    /** A language, and the importer that reads it. */
    enum Language {
        GML(GmlEventDrivenImporter::new),
        DOT(() -> new DOTEventDrivenImporter(true, true));

        private final Supplier<? extends BaseEventDrivenImporter<?, ?>> importer;

        Language(Supplier<? extends BaseEventDrivenImporter<?, ?>> importer) {
            this.importer = importer;
        }
    }

    @Override
    public Graph read(InputStream file) throws IOException {
        Ends ends = ends(text(file));
        if (ends.directed) {
            throw new IllegalArgumentException(source + ": expected an undirected graph, got directed edges; "
                    + FileKind.DIRECTED_FILE.prefix() + "PATH reads them");
        }
        return ends.joined.graph(ends.numbers());
    }

    @Override
    public Digraph readDirected(InputStream file) throws IOException {
        Ends ends = ends(text(file));
        return ends.joined.digraph(ends.numbers());
    }

    private String text(InputStream in) throws IOException {
        Reader file = GraphFiles.utf8(in);
        StringBuilder text = new StringBuilder();
        char[] buffer = new char[1 << 16];
        for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
            text.append(buffer, 0, read);
            if (text.length() > MOST_CHARACTERS) {
                throw refusal("at most " + MOST_CHARACTERS + " characters of " + language
                        + ", got more; a larger graph can be a list of edges in .csv");
            }
        }
        return text.toString();
    }

    private Ends ends(String text) {
        String bare = BareText.of(source, text, language == Language.DOT);
        Ends ends = new Ends(language == Language.DOT ? isDirectedDot(bare) : isDirectedGml(bare));
        BaseEventDrivenImporter<?, ?> importer = language.importer.get();
        importer.addVertexConsumer(node -> ends.declare(String.valueOf(node)));
        importer.addEdgeConsumer(ends::join);
        try {
            ((EventDrivenImporter<?, ?>) importer).importInput(new StringReader(withoutOwnEscapes(text)));
        } catch (ImportException e) {
            throw wrong(e);
        }
        if (language == Language.GML) {
            ends.requireWhole(GML_EDGE.matcher(bare).results().count());
        }
        if (ends.places.size() != workers) {
            throw new IllegalArgumentException(source + " needs " + ends.places.size() + " workers, got " + workers);
        }
        return ends;
    }

    /** Refusals of this class come back from JGraphT in an exception of its own. */
    private IllegalArgumentException wrong(ImportException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException refused && refused.getMessage().startsWith(source)) {
                return refused;
            }
        }
        String reason = String.valueOf(e.getMessage()).replaceFirst("^Failed to import \\w+ graph: ", "");
        return new IllegalArgumentException(source + ": expected " + language + ": " + Shown.line(reason), e);
    }

    /** Graphviz has escapes of its own in labels, such as {@code \N}, for which JGraphT's lexer has no rule. */
    private static String withoutOwnEscapes(String text) {
        return ESCAPE.matcher(text).replaceAll(
                escape -> Matcher.quoteReplacement(escape.group(1) == null ? "\\\\" : escape.group()));
    }

    private boolean isDirectedDot(String bare) {
        Matcher kind = DOT_KIND.matcher(bare);
        if (!kind.lookingAt()) {
            throw refusal("DOT: graph or digraph at the start");
        }
        if (DOT_GROUP.matcher(bare).find()) {
            throw refusal("edges between single nodes, got one of a group in braces");
        }
        boolean directed = kind.group(1).equalsIgnoreCase("digraph");
        if (bare.contains(directed ? "--" : "->")) {
            throw refusal(directed ? "edges of a digraph as ->, got --" : "edges of a graph as --, got ->");
        }
        return directed;
    }

    /** The entry of the graph itself stands outside of its nodes and edges. */
    private boolean isDirectedGml(String bare) {
        Matcher entry = GML_ENTRY.matcher(bare);
        int depth = 0;
        while (entry.find()) {
            depth += entry.group().equals("[") ? 1 : entry.group().equals("]") ? -1 : 0;
            if (depth == 1 && entry.group(1) != null) {
                return entry.group(1).equals("1");
            }
        }
        return false;
    }

    private IllegalArgumentException refusal(String expected) {
        return new IllegalArgumentException(source + ": expected " + expected);
    }

    /** Nodes by their names, and how they are joined. */
    private final class Ends {

        private final boolean directed;
        private final Map<String, Integer> places = new LinkedHashMap<>();
        private final Set<String> declared = new HashSet<>();
        private final Adjacency joined = new Adjacency(workers);
        private long edges;

        private Ends(boolean directed) {
            this.directed = directed;
        }

        private void declare(String node) {
            place(node);
            if (!declared.add(node) && language == Language.GML) {
                throw refusal("each node once, got " + Shown.value(node) + " again");
            }
        }

        private int place(String node) {
            return places.computeIfAbsent(node, missing -> places.size());
        }

        private void join(Object edge) {
            String from = String.valueOf(edge instanceof Triple<?, ?, ?> triple ? triple.getFirst()
                    : ((Pair<?, ?>) edge).getFirst());
            String to = String.valueOf(edge instanceof Triple<?, ?, ?> triple ? triple.getSecond()
                    : ((Pair<?, ?>) edge).getSecond());
            if (from.equals(to)) {
                throw refusal("edges between different nodes, got " + Shown.shortened(from) + " with itself");
            }
            GraphFiles.checkEdges(source, workers, ++edges);
            int fromPlace = place(from);
            int toPlace = place(to);
            if (fromPlace < workers && toPlace < workers) {
                joined.set(fromPlace, toPlace);
                if (!directed) {
                    joined.set(toPlace, fromPlace);
                }
            }
        }

        /** GML names every node, and both ends of every edge. */
        private void requireWhole(long written) {
            places.keySet().stream().filter(node -> !declared.contains(node)).findFirst().ifPresent(node -> {
                throw refusal("edges between nodes of the file, got " + Shown.value(node));
            });
            if (edges != written) {
                throw refusal("a source and a target of each edge, got " + written + " edges of which " + edges
                        + " have both");
            }
        }

        /** The number of the worker at each place. */
        private int[] numbers() {
            int[] numbers = IntStream.range(0, workers).toArray();
            if (IntStream.range(0, workers).allMatch(i -> places.containsKey(Integer.toString(i)))) {
                IntStream.range(0, workers).forEach(i -> numbers[places.get(Integer.toString(i))] = i);
            }
            return numbers;
        }
    }
}
