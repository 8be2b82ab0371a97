package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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

    /** The only way to name other files, which the importer would open, and to declare entities. */
    private static final String DOCUMENT_TYPE = "<!DOCTYPE";

    /** The importer does not tell of this attribute of an edge. */
    private static final Pattern DIRECTED_EDGE = Pattern.compile("\\sdirected\\s*=\\s*[\"']true[\"']");

    /** What the parser's messages begin with. */
    private static final Pattern CODE = Pattern.compile("^(cvc|JAXP)\\S*: ");

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
     * @param xml the document, without a document type
     * @throws IllegalArgumentException if this is no such graph, with the line where it is no GraphML
     */
    Graph read(String xml) {
        if (xml.contains(DOCUMENT_TYPE)) {
            throw new IllegalArgumentException(
                    source + ": expected GraphML without a document type, got " + DOCUMENT_TYPE);
        }
        Document document = parse(xml);
        if (document.direction.equals("directed") || DIRECTED_EDGE.matcher(xml).find()) {
            throw new IllegalArgumentException(source + ": expected an undirected graph, got directed edges");
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

    private Document parse(String xml) {
        Document document = new Document();
        SimpleGraphMLEventDrivenImporter importer = new SimpleGraphMLEventDrivenImporter();
        importer.addGraphAttributeConsumer(document::attribute);
        importer.addVertexConsumer(document.nodes::add);
        importer.addEdgeConsumer(document.edges::add);
        try {
            importer.importInput(new StringReader(xml));
        } catch (ImportException e) {
            String message = CODE.matcher(cause(e).getMessage()).replaceFirst("");
            throw new IllegalArgumentException(source + place(e) + ": expected GraphML, but " + message, e);
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
