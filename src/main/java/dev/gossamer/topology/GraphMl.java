package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jgrapht.alg.util.Triple;
import org.jgrapht.nio.Attribute;
import org.jgrapht.nio.ImportException;
import org.jgrapht.nio.graphml.SimpleGraphMLEventDrivenImporter;
import org.xml.sax.SAXParseException;

/**
 * Reads an undirected graph from GraphML. Nodes named 0, ..., n - 1, or n0, ..., n(n - 1), are the workers of these
 * numbers; otherwise nodes are numbered in the order of the document. Weights and other attributes do not matter; an
 * edge that is listed twice is one edge.
 *
 * @param source where the text comes from, for messages
 * @param workers number of workers n that the graph must have
 */
record GraphMl(String source, int workers) {

    /** What the document says, in its order. */
    private static final class Document {
        private final Set<String> nodes = new LinkedHashSet<>();
        private final List<Triple<String, String, Double>> edges = new ArrayList<>();
        private String direction = "";

        void attribute(String name, Attribute value) {
            if (name.equals("edgedefault")) {
                direction = value.getValue();
            }
        }
    }

    /**
     * Reads to the end.
     *
     * @throws IllegalArgumentException if this is no such graph, with the line where it is no GraphML
     */
    Graph read(Reader xml) {
        Document document = parse(xml);
        if (document.direction.equals("directed")) {
            throw new IllegalArgumentException(source + ": expected an undirected graph, got edgedefault=\"directed\"");
        }
        if (document.nodes.size() != workers) {
            throw new IllegalArgumentException(source + " needs " + document.nodes.size() + " workers, got " + workers);
        }
        Map<String, Integer> numbers = numbers(document.nodes);
        Set<Edge> edges = new LinkedHashSet<>();
        for (Triple<String, String, Double> edge : document.edges) {
            int a = number(numbers, edge.getFirst());
            int b = number(numbers, edge.getSecond());
            if (a == b) {
                throw new IllegalArgumentException(
                        source + ": expected edges between different nodes, got " + edge.getFirst() + " with itself");
            }
            edges.add(new Edge(Math.min(a, b), Math.max(a, b)));
        }
        return Graph.of(workers, List.copyOf(edges));
    }

    private Document parse(Reader xml) {
        Document document = new Document();
        SimpleGraphMLEventDrivenImporter importer = new SimpleGraphMLEventDrivenImporter();
        importer.addGraphAttributeConsumer(document::attribute);
        importer.addVertexConsumer(document.nodes::add);
        importer.addEdgeConsumer(document.edges::add);
        try {
            importer.importInput(xml);
        } catch (ImportException e) {
            throw new IllegalArgumentException(
                    source + place(e) + ": expected GraphML, but " + cause(e).getMessage(), e);
        }
        return document;
    }

    private static String place(ImportException e) {
        return cause(e) instanceof SAXParseException parse ? " line " + parse.getLineNumber() : "";
    }

    private static Throwable cause(ImportException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private static Map<String, Integer> numbers(Set<String> nodes) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (String prefix : List.of("", "n")) {
            for (int i = 0; i < nodes.size(); i++) {
                numbers.put(prefix + i, i);
            }
            if (numbers.keySet().equals(nodes)) {
                return numbers;
            }
            numbers.clear();
        }
        nodes.forEach(node -> numbers.put(node, numbers.size()));
        return numbers;
    }

    private int number(Map<String, Integer> numbers, String node) {
        Integer number = numbers.get(node);
        if (number == null) {
            throw new IllegalArgumentException(
                    source + ": expected edges between nodes of the file, got \"" + node + "\"");
        }
        return number;
    }
}
