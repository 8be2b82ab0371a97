package dev.gossamer.topology;

import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

    /** A language, what importer reads it, and how a directed graph is known by. */
    enum Language {
        GML("GML", GmlEventDrivenImporter::new, Pattern.compile("\\bdirected\\s+1\\b")),
        DOT("DOT", () -> new DOTEventDrivenImporter(true, true), Pattern.compile("(?m)^\\s*(strict\\s+)?digraph\\b"));

        private final String words;
        private final Supplier<? extends BaseEventDrivenImporter<?, ?>> importer;
        private final Pattern directed;

        Language(String words, Supplier<? extends BaseEventDrivenImporter<?, ?>> importer, Pattern directed) {
            this.words = words;
            this.importer = importer;
            this.directed = directed;
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
                throw new IllegalArgumentException(source + ": expected at most " + MOST_CHARACTERS
                        + " characters of " + language.words + ", got more; a larger graph can be a list of edges in .csv");
            }
        }
        return text.toString();
    }

    /** Graphviz has escapes of its own in labels, such as {@code \\N}, for which JGraphT's lexer has no rule. */
    private static String withoutOwnEscapes(String text) {
        return ESCAPE.matcher(text).replaceAll(
                escape -> Matcher.quoteReplacement(escape.group(1) == null ? "\\\\" : escape.group()));
    }

    private Ends ends(String text) {
        Ends ends = new Ends(language.directed.matcher(QUOTED.matcher(text).replaceAll("\"\"")).find());
        BaseEventDrivenImporter<?, ?> importer = language.importer.get();
        importer.addVertexConsumer(node -> ends.place(String.valueOf(node)));
        importer.addEdgeConsumer(ends::join);
        try {
            ((EventDrivenImporter<?, ?>) importer).importInput(new StringReader(withoutOwnEscapes(text)));
        } catch (ImportException e) {
            throw new IllegalArgumentException(
                    source + ": expected " + language.words + ": " + Shown.line(String.valueOf(e.getMessage())), e);
        }
        if (ends.places.size() != workers) {
            throw new IllegalArgumentException(source + " needs " + ends.places.size() + " workers, got " + workers);
        }
        return ends;
    }

    /** Nodes by their names, and how they are joined. */
    private final class Ends {

        private final boolean directed;
        private final Map<String, Integer> places = new LinkedHashMap<>();
        private final Adjacency joined = new Adjacency(workers);
        private long edges;

        private Ends(boolean directed) {
            this.directed = directed;
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
                throw new IllegalArgumentException(source + ": expected edges between different nodes, got "
                        + Shown.shortened(from) + " with itself");
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
