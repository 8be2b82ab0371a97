package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Graph.Edge;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jgrapht.nio.graphml.GraphMLExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphFilesTest {

    private static final List<Edge> SQUARE =
            List.of(new Edge(0, 1), new Edge(0, 3), new Edge(1, 2), new Edge(2, 3));

    private static final String DIRECTED =
            ": expected an undirected graph, got directed edges; directed-file:PATH reads them";

    @TempDir
    Path folder;

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private List<Edge> square(String name, String text) throws IOException {
        return GraphFiles.read(write(name, text), 4).edges();
    }

    @Test
    void readsEdgeLists() throws IOException {
        assertEquals(SQUARE, square("a.csv", "0,1\n1,2\n2,3\n3,0\n"));
        assertEquals(SQUARE, square("b.csv", "source,target\n0,1\n1,2\n2,3\n3,0"));
        assertEquals(SQUARE, square("c.csv", "# office\r\n 0, 1\r\n\r\n1,2\r\n2,1\r\n2,3\r\n3,0\r\n0,1\r\n"));
        assertEquals(SQUARE, square("D.CSV", "\"0\",\"1\"\n1,2\n2,3\n3,0"));
    }

    @Test
    void readsAdjacencyMatrices() throws IOException {
        assertEquals(SQUARE, square("a.csv", "0,1,0,1\n1,0,1,0\n0,1,0,1\n1,0,1,0\n"));
        assertEquals(SQUARE, square("b.csv", "a,b,c,d\n1,1,0,1\n1,1,1,0\n0,1,1,1\n1,0,1,1"));
        assertEquals(SQUARE, square("c.csv", "0.0,1.0,0,1e0\n1,0,1,0\n0,1,0,1\n1,0,1,0"));
        assertEquals(1, GraphFiles.read(write("d.csv", "0,1\n1,0\n"), 2).edges().size());
        assertEquals(1, GraphFiles.read(write("e.csv", "0\n"), 1).workers());
    }

    private static String graphMl(String direction, String body) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
                + "<key id=\"d0\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
                + "<graph edgedefault=\"" + direction + "\">\n" + body + "\n</graph>\n</graphml>\n";
    }

    private static String nodes(String... ids) {
        return Arrays.stream(ids).map(id -> "<node id=\"" + id + "\"/>").collect(Collectors.joining());
    }

    private static String edge(String a, String b) {
        return "<edge source=\"" + a + "\" target=\"" + b + "\"/>";
    }

    @Test
    void readsGraphMl() throws IOException {
        String numbers = nodes("3", "2", "1", "0") + edge("0", "1") + edge("1", "2") + edge("2", "3") + edge("3", "0");
        assertEquals(SQUARE, square("a.graphml", graphMl("undirected", numbers)));

        String prefixed = nodes("n3", "n2", "n1", "n0") + edge("n0", "n1") + edge("n1", "n2") + edge("n2", "n1")
                + edge("n2", "n3") + "<edge source=\"n3\" target=\"n0\"><data key=\"d0\">0.5</data></edge>";
        assertEquals(SQUARE, square("b.graphml", graphMl("undirected", prefixed)));

        String names = nodes("Oslo", "Rome", "Lima", "Cairo") + edge("Oslo", "Rome") + edge("Rome", "Lima")
                + edge("Lima", "Cairo") + edge("Cairo", "Oslo");
        assertEquals(SQUARE, square("c.graphml", graphMl("undirected", names)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"social-network", "random-regular-3", "erdos-renyi-0.2", "two-cliques"})
    void graphsSurviveEveryFormat(String topology) throws IOException {
        Graph graph = Topologies.graph(topology, 32);
        StringBuilder list = new StringBuilder();
        graph.edges().forEach(edge -> list.append(edge.b()).append(',').append(edge.a()).append('\n'));
        StringBuilder matrix = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            for (int j = 0; j < 32; j++) {
                matrix.append(graph.neighbours(i).contains(j) ? 1 : 0).append(j == 31 ? '\n' : ',');
            }
        }
        StringWriter xml = new StringWriter();
        GraphMLExporter<Integer, org.jgrapht.graph.DefaultEdge> exporter = new GraphMLExporter<>(String::valueOf);
        exporter.exportGraph(JGraphTGraphs.toJGraphT(graph), xml);

        MixingMatrix expected = Topologies.parse(topology, 32).at(0);
        for (String path : List.of(
                write("list.csv", list.toString()), write("matrix.csv", matrix.toString()),
                write("graph.graphml", xml.toString()))) {
            Scheme scheme = Topologies.parse("file:" + path, 32);
            assertEquals("file:" + path, scheme.name());
            assertArrayEquals(expected.toDense(), scheme.at(0).toDense());
        }
    }

    @Test
    void namesKeepThePathAsItIs() throws IOException {
        String path = write("My (big) Graph+uniform office.csv", "0,1\n1,2\n2,3\n3,0\n");

        assertEquals("file:" + path, Topologies.parse("  File:" + path, 4).name());
        assertEquals("file:" + path + "+uniform", Topologies.parse("file:" + path + "+Uniform", 4).name());
        assertEquals("one-peer-file:" + path, Topologies.parse("One-peer file:" + path, 4).name());
        for (String name : List.of("file:" + path + "+sinkhorn", "one-peer-file:" + path)) {
            assertEquals(name, Topologies.parse(Topologies.parse(name, 4).name(), 4).name());
        }
        assertEquals(2, Topologies.parse("one-peer-file:" + path, 4).period().getAsInt());
    }

    @Test
    void disconnectedFilesSayThatTheyAre() throws IOException {
        assertTrue(Topologies.parse("file:" + write("a.csv", "0,1\n1,2\n2,3\n"), 4).isConnected());
        assertTrue(!Topologies.parse("file:" + write("b.csv", "0,1\n2,3\n"), 4).isConnected());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "0,1;1,x;2,3           | ' line 2: expected two different workers of 0 to 3, got \"1,x\"'",
        "# a;a,b;0,1;;1,4      | ' line 5: expected two different workers of 0 to 3, got \"1,4\"'",
        "0,1;2,2               | ' line 2: expected two different workers of 0 to 3, got \"2,2\"'",
        "0,1;1,-2              | ' line 2: expected two different workers of 0 to 3, got \"1,-2\"'",
        "0,1;1,2,3             | ' line 2: expected two different workers of 0 to 3, got \"1,2,3\"'",
        "0,1;1,2               | ' needs 3 workers, got 4'",
        "0,1,0;1,0,1;0,1,0     | ' needs 3 workers, got 4'",
        "0,1,0;1,0,1           | ' line 1: expected an edge as two worker numbers, "
                + "or one of 4 lines of 4 entries 0 or 1, got \"0,1,0\"'",
        "0,1,0,1;1,0,1         | ' line 2: expected an edge as two worker numbers, "
                + "or one of 4 lines of 4 entries 0 or 1, got \"1,0,1\"'",
        "0,1,0,1;1,0,1,0       | ': expected 4 lines of 4 entries 0 or 1, got 2 lines'",
        "0,1,0,1;1,0,2,0       | ' line 2: expected entries 0 or 1, got \"2\"'",
        "0,1,0,1;1,0,1,0;0,1,0,1;1,0,0,0 | ' line 4: expected a symmetric matrix, "
                + "but the entries of workers 3 and 2 for each other differ'",
        "a;b;0                 | ' line 2: expected an edge as two worker numbers, "
                + "or one of 4 lines of 4 entries 0 or 1, got \"b\"'",
        "0 1;1 2;2 3           | ' line 1: expected an edge as two worker numbers, "
                + "a line of a matrix, or a header of words, got \"0 1\"'",
        "# nothing             | ': expected edges, one a line, or an adjacency matrix, got nothing'"
    })
    void badTablesSayWhere(String lines, String sentence) throws IOException {
        String path = write("bad.csv", lines.replace(';', '\n'));

        assertEquals("file:" + path + sentence, refusal(path));
    }

    @Test
    void badGraphMlSaysWhere() throws IOException {
        String directed = write("a.graphml", graphMl("directed", nodes("0", "1")));
        assertEquals("file:" + directed + " line 4" + DIRECTED, refusal(directed));

        String edges = nodes("0", "1") + "<edge directed='true' source=\"0\" target=\"1\"/>";
        String oneWay = write("f.graphml", graphMl("undirected", edges));
        assertEquals("file:" + oneWay + " line 5" + DIRECTED, refusal(oneWay));

        String small = write("b.graphml", graphMl("undirected", nodes("0", "1") + edge("0", "1")));
        assertEquals("file:" + small + " needs 2 workers, got 4", refusal(small));

        String loop = write("c.graphml", graphMl("undirected", nodes("a", "b", "c", "d") + edge("b", "b")));
        assertEquals(
                "file:" + loop + " line 5: expected edges between different nodes, got b with itself", refusal(loop));

        String broken = write("e.graphml", graphMl("undirected", nodes("a", "b", "c", "d") + "\n<edge source=\"a\""));
        assertTrue(refusal(broken).startsWith("file:" + broken + " line 7: expected GraphML, but "), refusal(broken));

        String stranger = write("d.graphml", graphMl("undirected", nodes("a", "b", "c", "d") + edge("a", "x")));
        assertTrue(refusal(stranger).startsWith("file:" + stranger), refusal(stranger));
        assertTrue(refusal(stranger).contains("x") && !refusal(stranger).contains("cvc-"), refusal(stranger));
    }

    /** A graph from elsewhere must not make the program open other files or addresses, or expand entities for ever. */
    @ParameterizedTest
    @ValueSource(strings = {
        "<!DOCTYPE graphml SYSTEM \"file:///dev/null\">",
        "<!DOCTYPE graphml [<!ENTITY % x SYSTEM \"file:///dev/null\">]>",
        "<!DOCTYPE graphml [<!ENTITY x \"0\">]>"
    })
    void graphMlWithADocumentTypeIsRefused(String type) throws IOException {
        String graph = graphMl("undirected", nodes("0", "1", "2", "3") + edge("0", "1"));
        String path = write("a.graphml", graph.replace("\n<graphml", "\n" + type + "\n<graphml"));
        assertEquals("file:" + path + ": expected GraphML without a document type, got <!DOCTYPE", refusal(path));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheGraph() throws IOException {
        String mark = "\uFEFF";
        assertEquals(SQUARE, square("a.csv", mark + "0,1\n1,2\n2,3\n3,0\n"));
        assertEquals(SQUARE, square("b.csv", mark + "0,1,0,1\n1,0,1,0\n0,1,0,1\n1,0,1,0\n"));
        String body = nodes("0", "1", "2", "3") + edge("0", "1") + edge("1", "2") + edge("2", "3") + edge("3", "0");
        assertEquals(SQUARE, square("c.graphml", mark + graphMl("undirected", body)));
    }

    @Test
    void filesThatCannotBeReadSayWhy() throws IOException {
        assertEquals("file:nowhere.csv: there is no such file", refusal("nowhere.csv"));
        assertEquals("file:graph.xls: expected a file that ends in .csv, .txt, .tsv, .edges, .edgelist, .graphml, .gexf, .gml, .dot"
                + " or .gv", refusal("graph.xls"));
        Path latin = Files.write(folder.resolve("latin.csv"), new byte[] {(byte) 0xe9, ',', '1', '\n'});
        assertEquals("file:" + latin + ": expected UTF-8 text", refusal(latin.toString()));
        Files.createDirectory(folder.resolve("folder.csv"));
        String path = folder.resolve("folder.csv").toString();
        assertTrue(refusal(path).startsWith("file:" + path + ": cannot be read"), refusal(path));
    }

    private static String refusal(String path) {
        return assertThrows(IllegalArgumentException.class, () -> Topologies.parse("file:" + path, 4)).getMessage();
    }
}
