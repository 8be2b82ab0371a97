package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs that NetworkX and Graphviz wrote, lists of edges as collections of graphs have them, and lists of weights. */
class GraphFormatsTest {

    /** A pentagon of a, b, c, d and e with the chord from a to c. */
    private static final String NAMES = "0-1 0-2 0-4 1-2 2-3 3-4";

    @TempDir
    Path folder;

    private static String resource(String name) {
        return Path.of("src", "test", "resources", "graphs", name).toString();
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String edges(String path, int workers) {
        return GraphFiles.read(path, workers).edges().stream().map(edge -> edge.a() + "-" + edge.b())
                .collect(Collectors.joining(" "));
    }

    private static String arcs(String path, int workers) {
        return GraphFiles.readDirected("directed-file:" + path, path, workers).text().lines().skip(2)
                .collect(Collectors.joining(" "));
    }

    private static String refusal(String path, int workers) {
        return assertThrows(IllegalArgumentException.class, () -> GraphFiles.read(path, workers)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gml", "gexf", "dot"})
    void undirectedGraphsOfOtherPrograms(String format) {
        String path = resource("names." + format);
        assertEquals(NAMES, edges(path, 5));
        assertEquals("file:" + path + " needs 5 workers, got 4", refusal(path, 4));
        assertEquals("file:" + path + " needs 5 workers, got 6", refusal(path, 6));
        assertEquals("0,1 0,2 0,4 1,0 1,2 2,0 2,1 2,3 3,2 3,4 4,0 4,3", arcs(path, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gml", "gexf", "dot"})
    void directedGraphsOfOtherPrograms(String format) {
        String path = resource("directed." + format);
        assertEquals("0,1 0,2 1,2 2,3 3,0", arcs(path, 4));
        assertTrue(refusal(path, 4).endsWith("expected an undirected graph, got directed edges; directed-file:PATH"
                + " reads them"), refusal(path, 4));
    }

    @Test
    void endsFrom1OrNamesAreRelabelled() throws IOException {
        String ones = resource("ones.edgelist");
        assertEquals("file:" + ones + " line 2: expected two different workers of 0 to 4, got \"1,5\"; +relabel behind"
                + " the path takes any", refusal(ones, 5));
        assertEquals("0-1 0-4 1-2 2-3 3-4", edges(ones + "+relabel", 5));
        assertEquals("file:" + ones + "+relabel line 4: expected edges between 4 workers, got another one, \"4\"",
                refusal(ones + "+relabel", 4));
        assertEquals("file:" + ones + "+relabel needs 5 workers, got 6", refusal(ones + "+relabel", 6));
        String names = write("n.csv", "source,target\nx,y\nx , z\ny,x\n");
        assertEquals("0-1 0-2", edges(names + "+relabel", 3));
        assertEquals("0,1 0,2 1,0", arcs(names + "+relabel", 3));
        assertEquals("0-1 0-2 1-2", edges(write("m.txt", "10 7\n7 30\n# last\n30\t10\n10 30") + "+relabel", 3));
        assertEquals("0-1 0-2 1-2", edges(write("ab.txt", "a b\nb c\nc a") + "+relabel", 3));
        String few = write("few.txt", "5\na b\nb c");
        assertEquals("file:" + few + "+relabel: expected edges of all 5 workers, which +relabel knows by those alone,"
                + " got edges of 3", refusal(few + "+relabel", 5));
        String gml = resource("names.gml") + "+relabel";
        assertEquals("file:" + gml + ": expected a list of edges before +relabel, got GML, whose nodes may have any"
                + " names",
                refusal(gml, 5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 1;1 2                     | 3 | 0-1 1-2",
        "% of a collection;0\t1;1   2 | 3 | 0-1 1-2",
        "4;0 1;1 2                   | 4 | 0-1 1-2",
        "# workers: 4;0 1            | 4 | 0-1",
        "source target;0, 1          | 2 | 0-1"
    })
    void listsWithBlanks(String lines, int workers, String edges) throws IOException {
        for (String ending : new String[] {"txt", "tsv", "edges", "EdgeList"}) {
            assertEquals(edges, edges(write("g." + ending, lines.replace(';', '\n')), workers));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 1;1 2      | 4 | g.txt needs 3 workers, got 4",
        "5;0 1        | 4 | g.txt needs 5 workers, got 4",
        "0 1;1 1      | 2 | g.txt line 2: expected two different workers of 0 to 1, got \"1,1\"; +relabel behind"
                + " the path takes any",
        "0 1 0.5      | 2 | g.txt line 1: expected two different workers of 0 to 1, got \"0,1,0.5\""
    })
    void listsThatAreNoGraph(String lines, int workers, String message) throws IOException {
        String path = write("g.txt", lines.replace(';', '\n'));
        assertEquals("file:" + path.substring(0, path.length() - 5) + message, refusal(path, workers));
    }

    /** The words of a language may stand in comments, strings and labels, and DOT's be of either case. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a.dot | DIGRAPH G { 0->1; 1->2 } | 0,1 1,2",
        "a.dot | /* made~by x */ strict digraph { 0 -> 1 -> 2 } | 0,1 1,2",
        "a.dot | // graph~# digraph {~graph { 0 -- 1 [label=\"->\"]; 1 -- 2 } | 0,1 1,0 1,2 2,1",
        "a.gml | graph [ node [ id 0 directed 1 ] node [ id 1 ] edge [ source 0 target 1 ] ] | 0,1 1,0",
        "a.gml | # directed 1~graph [ label \"directed 1\" node [ id 1 ] node [ id 0 ] edge [ source 0 target 1 ]"
                + " directed 0 ] | 0,1 1,0",
        "a.gml | graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 ] directed 1 ] | 0,1"
    })
    void wordsCountWhereTheyMeanSomething(String name, String text, String arcs) throws IOException {
        assertEquals(arcs, arcs(write(name, text.replace('~', '\n')), name.endsWith("gml") ? 2 : 3));
    }

    @Test
    void depthIsBounded() throws IOException {
        String deep = " ".repeat(10) + "subgraph s { ".repeat(100_000);
        assertTrue(refusal(write("a.dot", "graph { " + deep), 2)
                .endsWith("at most 100 brackets within each other, got more"));
        assertTrue(refusal(write("a.gml", "a [ ".repeat(100_000)), 2).endsWith("brackets within each other, got more"));
        assertTrue(refusal(write("b.dot", "\n".repeat(1_000_000) + "tree {}"), 2).contains("graph or digraph at the"));
        assertTrue(refusal(write("a.gexf", "<gexf><graph>" + "<nodes>".repeat(100_000)), 2)
                .contains("no well-formed XML"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a.dot | graph { a; b; c; a -- {b c} } | expected edges between single nodes, got one of a group in braces",
        "a.dot | graph { a -> b } | expected edges of a graph as --, got ->",
        "a.dot | graph { a -- a; a -- b } | expected edges between different nodes, got a with itself",
        "a.gml | graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 ] ] | expected a source and a target of each edge,"
                + " got 1 edges of which 0 have both",
        "a.gml | graph [ node [ id 0 ] node [ id 0 ] ] | expected each node once, got \"0\" again",
        "a.gml | graph [ node [ id 0 ] edge [ source 0 target 7 ] ] | expected edges between nodes of the file,"
                + " got \"7\""
    })
    void whatJGraphTWouldLeaveOutIsRefused(String name, String text, String message) throws IOException {
        String path = write(name, text);
        assertEquals("file:" + path + ": " + message, refusal(path, 2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a.gml | graph [ node [ id 0 ] | expected GML",
        "a.gml | | needs 0 workers",
        "a.dot | graph { a -- | expected DOT",
        "a.gv  | no graph | expected DOT: graph or digraph at the start",
        "a.gexf | <gexf><graph><nodes><node id='0'><nodes/></node></nodes></graph></gexf> | expected one graph,"
                + " got another",
        "a.gexf | <graphml/> | expected GEXF, got the element \"graphml\"",
        "a.xls | 0 1 | expected a file that ends in .csv, .txt, .tsv, .edges, .edgelist, .graphml, .gexf, .gml, .dot"
                + " or .gv"
    })
    void damagedFilesAreRefused(String name, String text, String message) throws IOException {
        String got = refusal(write(name, text == null ? "" : text), 2);
        assertTrue(got.contains(message), got);
    }

    @Test
    void oneTopologyOfSuchAFileIsRecordedAndReadBack() {
        Topology topology = new TopologyFactory().get("file:" + resource("ones.edgelist") + "+relabel+uniform", 5);
        assertEquals("file:" + resource("ones.edgelist") + "+relabel+uniform", topology.name());
        Topology again = Topologies.recorded(topology.name(), 5, topology.recorded().orElseThrow());
        assertEquals(topology.fingerprint(), again.fingerprint());
        assertEquals(1.0 / 3, again.scheme().at(0).get(0, 4), 1e-12);
    }

    private MixingMatrix weights(String text, int workers) throws IOException {
        String path = write("w.csv", text);
        return GraphFiles.readWeights("weights-file:" + path, path, workers).get(0);
    }

    @Test
    void weightsOfEdges() throws IOException {
        MixingMatrix w = weights("from,to,weight\n0,1,0.25\n1,0,0.5\n2,1,0.25\n1,2,0.1\n2,2,0.9\n", 3);
        double[][] expected = {{0.5, 0.5, 0}, {0.25, 0.5, 0.25}, {0, 0.1, 0.9}};
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                assertEquals(expected[i][j], w.get(i, j), 1e-12);
                assertEquals(w.get(i, j), weights("to,from,weight\n0,1,0.5\n1,0,0.25\n1,2,0.25\n2,1,0.1\n", 3)
                        .get(i, j), 1e-12);
            }
        }
        for (String[] wrong : new String[][] {
            {"from,to,weight\n0,1\n", "line 2: expected two workers and a weight, got \"0,1\""},
            {"from,to,weight\n0,3,0.5\n", "line 2: expected workers of 0 to 2, got \"3\""},
            {"from,to,weight\n0,1,0.9\n2,1,0.9\n", ": expected weights of what worker 1 receives of at most 1 in all, or"
                    + " its own weight beside them, got 1.8"},
            {"from,to,weight\n0,1,x\n", "line 2: expected weights that are numbers, got \"x\""},
            {"from,to,weight\n0,1,0.1\n0,1,0.1\n", "line 3: expected each edge once, got \"0,1,0.1\" again"}}) {
            String message = assertThrows(IllegalArgumentException.class, () -> weights(wrong[0], 3)).getMessage();
            assertTrue(message.endsWith(wrong[1]), message);
        }
    }
}
