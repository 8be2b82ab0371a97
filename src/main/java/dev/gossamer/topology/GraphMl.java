package dev.gossamer.topology;

import dev.gossamer.text.Shown;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a graph from GraphML, or its relative GEXF, an undirected one, or one that may be directed: its nodes, edges
 * and their direction. Everything else is skipped, whether a schema allows it or not, but for what would make it
 * another graph: a second or nested graph, hyperedges, a document type. Nodes named 0, ..., n - 1, or n0, ..., n(n -
 * 1), are the workers of these numbers; otherwise nodes are numbered in the order of the document. An edge that is
 * listed twice, or in both directions, is one edge.
 */
final class GraphMl implements GraphReader {

    /** What elements are called, and where the direction of edges is. */
    enum Dialect {
        GRAPHML("GraphML", "graphml", "edgedefault", "directed", ""),
        GEXF("GEXF", "gexf", "defaultedgetype", "type", "undirected");

        private final String title;
        private final String root;
        private final String graphAttribute;
        private final String edgeAttribute;
        /** The direction of a graph that does not say. */
        private final String standard;

        Dialect(String title, String root, String graphAttribute, String edgeAttribute, String standard) {
            this.title = title;
            this.root = root;
            this.graphAttribute = graphAttribute;
            this.edgeAttribute = edgeAttribute;
            this.standard = standard;
        }
    }

    private static final int LONGEST_DECLARATION = 256;
    private static final Pattern ENCODING =
            Pattern.compile("(?:\u00ef\u00bb\u00bf)?<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([\\w.:-]+)[\"']");

    /** A node that the document declares or an edge names. */
    private static final class Node {
        private final int place;
        private final int firstLine;
        /** Place among the nodes that are declared, or -1. */
        private long declared = -1;

        private Node(int place, int firstLine) {
            this.place = place;
            this.firstLine = firstLine;
        }
    }

    private final String source;
    private final int workers;
    private final Dialect dialect;
    private boolean mayBeDirected;
    /** The first n in order of appearance, and how they are joined; the next one, or none. */
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private Map<String, Node> surplus = Map.of();
    private final Adjacency joined;
    private long declared;
    private long edges;
    private XMLStreamReader xml;
    /** Line and direction of edges of the graph; line 0 before there is one. */
    private int graphLine;
    private String direction;

    /**
     * @param source where the document comes from, for messages
     * @param workers number of workers n that the graph must have
     * @param dialect GraphML or GEXF
     */
    GraphMl(String source, int workers, Dialect dialect) {
        this.source = source;
        this.workers = workers;
        this.dialect = dialect;
        joined = new Adjacency(workers);
    }

    @Override
    public Graph read(InputStream document) throws IOException {
        readAll(document);
        return joined.graph(numbers());
    }

    @Override
    public Digraph readDirected(InputStream document) throws IOException {
        mayBeDirected = true;
        readAll(document);
        return joined.digraph(numbers());
    }

    private void readAll(InputStream document) throws IOException {
        try {
            xml = factory().createXMLStreamReader(decoded(document));
            readDocument();
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof CharacterCodingException encoding) {
                throw encoding;
            }
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            int column = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNumber());
            throw new IllegalArgumentException(source + " line " + line
                    + ": expected " + dialect.title + ", but this is no well-formed XML at column " + column, e);
        }
        if (graphLine == 0) {
            throw new IllegalArgumentException(source + ": expected " + dialect.title + " with a graph, got none");
        }
        if (!mayBeDirected && edges == 0 && "directed".equals(direction)) {
            throw directed(graphLine);
        }
        if (declared != workers) {
            throw new IllegalArgumentException(source + " needs " + declared + " workers, got " + workers);
        }
        nodes.forEach(this::requireDeclared);
        surplus.forEach(this::requireDeclared);
    }

    private void requireDeclared(String id, Node node) {
        if (node.declared < 0) {
            throw refusal(node.firstLine, "edges between nodes of the file, got " + Shown.value(id));
        }
    }

    /** The text. Java's parser could decode it too, but prints bytes that do not belong to standard error. */
    private Reader decoded(InputStream document) throws IOException {
        InputStream content = new BufferedInputStream(document);
        content.mark(LONGEST_DECLARATION);
        byte[] start = content.readNBytes(LONGEST_DECLARATION);
        content.reset();
        return GraphFiles.withoutMark(new InputStreamReader(content, charset(start).newDecoder()));
    }

    /** What the first bytes say, as XML 1.0, appendix F has it. */
    private Charset charset(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u00fe\u00ff") || text.startsWith("\0<")) {
            return StandardCharsets.UTF_16BE;
        }
        if (text.startsWith("\u00ff\u00fe") || text.startsWith("<\0")) {
            return StandardCharsets.UTF_16LE;
        }
        Matcher declared = ENCODING.matcher(text);
        String name = declared.lookingAt() ? declared.group(1) : "UTF-8";
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(source
                    + " line 1: expected an encoding that Java knows, such as UTF-8, got " + Shown.value(name), e);
        }
    }

    /** Java's own parser, which opens no other file and expands no entity. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private void readDocument() throws XMLStreamException {
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.DTD) {
                throw new IllegalArgumentException(
                        source + ": expected " + dialect.title + " without a document type, got <!DOCTYPE");
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (!xml.getLocalName().equals(dialect.root)) {
                    throw refusal(line(), dialect.title + ", got the element " + Shown.value(xml.getLocalName()));
                }
                readChildren(xml.getNamespaceURI(), this::readGraph);
            }
        }
    }

    /** Takes an element to its end. */
    private interface Element {
        void read(String namespace, String name) throws XMLStreamException;
    }

    /** Gives the elements within the present one, to its end; those of other namespaces are skipped. */
    private void readChildren(String namespace, Element child) throws XMLStreamException {
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.isStartElement() && Objects.equals(namespace, xml.getNamespaceURI())) {
                child.read(namespace, xml.getLocalName());
            } else if (xml.isStartElement()) {
                skip();
            }
        }
    }

    private void skip() throws XMLStreamException {
        for (int open = 1; open > 0;) {
            int event = xml.next();
            open += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    private void readGraph(String namespace, String name) throws XMLStreamException {
        if (!name.equals("graph")) {
            skip();
            return;
        }
        rejectSecondGraph();
        graphLine = line();
        direction = Optional.ofNullable(xml.getAttributeValue(null, dialect.graphAttribute)).orElse(dialect.standard);
        readChildren(namespace, dialect == Dialect.GEXF ? this::readList : this::readPart);
    }

    private void rejectSecondGraph() {
        if (graphLine > 0) {
            throw refusal(line(), "one graph, got another beside that of line " + graphLine);
        }
    }

    private void readPart(String namespace, String name) throws XMLStreamException {
        switch (name) {
            case "node" -> addNode();
            case "edge" -> addEdge();
            case "hyperedge" -> throw refusal(line(), "edges between two nodes, got a hyperedge");
            case "graph" -> rejectSecondGraph();
            default -> {
                skip();
                return;
            }
        }
        readChildren(namespace, (inner, part) -> {
            if (part.equals("graph") || part.equals("nodes")) {
                rejectSecondGraph();
            }
            skip();
        });
    }

    /** GEXF has nodes and edges in an element each. */
    private void readList(String namespace, String name) throws XMLStreamException {
        if (name.equals("nodes") || name.equals("edges")) {
            readChildren(namespace, this::readPart);
        } else {
            skip();
        }
    }

    private void addNode() {
        String id = attribute("a node", "id");
        if (nodes.containsKey(id) && nodes.get(id).declared >= 0) {
            throw refusal(line(), "each node once, got " + Shown.value(id) + " again");
        }
        if (declared < workers) {
            node(id).declared = declared;
        }
        declared++;
    }

    private void addEdge() {
        String from = attribute("an edge", "source");
        String to = attribute("an edge", "target");
        int fromPlace = node(from).place;
        int toPlace = node(to).place;
        edges++;
        boolean directed = isDirected();
        if (directed && !mayBeDirected) {
            throw directed(line());
        }
        if (from.equals(to)) {
            throw refusal(line(), "edges between different nodes, got " + Shown.shortened(from) + " with itself");
        }
        if (fromPlace < workers && toPlace < workers) {
            joined.set(fromPlace, toPlace);
            if (!directed) {
                joined.set(toPlace, fromPlace);
            }
        }
        GraphFiles.checkEdges(source, workers, edges);
    }

    private String attribute(String element, String name) {
        String value = xml.getAttributeValue(null, name);
        if (value == null) {
            throw refusal(line(), element + " with the attribute " + name + ", got none");
        }
        return value;
    }

    /**
     * The node of a name. Once there are more of them than workers, the graph is refused at the end, whichever names
     * follow: of those only the first is kept.
     */
    private Node node(String id) {
        Node known = nodes.get(id);
        if (known == null) {
            known = new Node(nodes.size(), line());
            if (nodes.size() < workers) {
                nodes.put(id, known);
            } else if (surplus.isEmpty()) {
                surplus = Map.of(id, known);
            }
        }
        return known;
    }

    private boolean isDirected() {
        String own = Optional.ofNullable(xml.getAttributeValue(null, dialect.edgeAttribute)).orElse("").strip();
        String found = own.isEmpty() ? Optional.ofNullable(direction).orElse("").strip() : own;
        return switch (found) {
            case "true", "1", "directed" -> true;
            case "false", "0", "undirected", "mutual" -> false;
            default -> throw refusal(line(), own.isEmpty()
                    ? "a graph with " + dialect.graphAttribute + " undirected or directed, got " + Shown.value(found)
                    : dialect.edgeAttribute + " to be " + (dialect == Dialect.GRAPHML ? "true, false, 1 or 0" : "directed or undirected")
                    + ", got " + Shown.value(found));
        };
    }

    private IllegalArgumentException directed(int line) {
        return refusal(line, "an undirected graph, got directed edges; "
                + FileKind.DIRECTED_FILE.prefix() + "PATH reads them");
    }

    /** The number of the worker at each place. */
    private int[] numbers() {
        int[] numbers = new int[workers];
        for (String prefix : List.of("", "n")) {
            if (IntStream.range(0, workers).allMatch(i -> nodes.containsKey(prefix + i))) {
                IntStream.range(0, workers).forEach(i -> numbers[nodes.get(prefix + i).place] = i);
                return numbers;
            }
        }
        nodes.values().forEach(node -> numbers[node.place] = (int) node.declared);
        return numbers;
    }

    private int line() {
        return xml.getLocation().getLineNumber();
    }

    private IllegalArgumentException refusal(int line, String expected) {
        return new IllegalArgumentException(source + " line " + line + ": expected " + expected);
    }
}
