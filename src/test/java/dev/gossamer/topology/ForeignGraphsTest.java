package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Graph.Edge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs as other programs write them, and files that are no graph at all. */
class ForeignGraphsTest {

    private static final String SPACE = "http://graphml.graphdrawing.org/xmlns";

    @TempDir
    Path folder;

    private static String resource(String name) {
        return Path.of("src", "test", "resources", "graphs", name).toString();
    }

    private static String edges(Graph graph) {
        return graph.edges().stream().map(edge -> edge.a() + "-" + edge.b()).collect(Collectors.joining(" "));
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String refusal(String path, int workers) {
        return assertThrows(IllegalArgumentException.class, () -> GraphFiles.read(path, workers)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "cyto.graphml, 3, 0-1 1-2",
        "gephi.graphml, 3, 0-1 1-2",
        "dupid.graphml, 3, 0-1 1-2",
        "space-id.graphml, 3, 0-2 1-2",
        "integer.graphml, 3, 0-1 1-2",
        "labelattr.graphml, 3, 0-1 1-2",
        "dirfalse.graphml, 3, 0-1 1-2",
        "pandas.csv, 3, 0-1 0-2",
        "two-diag.csv, 2, 0-1",
        "blank.csv, 3, 0-1 1-2"
    })
    void filesOfOtherProgramsAreRead(String name, int workers, String edges) {
        assertEquals(edges, edges(GraphFiles.read(resource(name), workers)));
    }

    @Test
    void whatWouldBeAnotherGraphIsRefused() {
        assertEquals("file:" + resource("dir1.graphml") + " line 1: expected an undirected graph, got directed edges;"
                        + " directed-file:PATH reads them",
                refusal(resource("dir1.graphml"), 3));
        assertEquals("file:" + resource("mixed-separators.csv") + " line 1: expected an edge as two worker numbers, a"
                + " line of a matrix, or a header of words, got \"0;1\"", refusal(resource("mixed-separators.csv"), 3));
    }

    private String graphMl(String body) throws IOException {
        return write("a.graphml", "<graphml xmlns='" + SPACE + "' xmlns:y='urn:y'>\n" + body + "\n</graphml>");
    }

    private static final String NODES = "<node id='a'/><node id='b'/><node id='c'/>";

    @ParameterizedTest
    @ValueSource(strings = {
        "<graph edgedefault='undirected'><!-- <!DOCTYPE x> directed=\"true\" -->" + NODES
                + "<edge source='a' target='b'/></graph>",
        "<graph edgedefault='undirected'>" + NODES
                + "<edge source='a' target='b'><data key='k'><![CDATA[<!DOCTYPE x> directed=\"true\"]]></data></edge>"
                + "</graph>",
        "<graph edgedefault='directed'>" + NODES + "<edge source='a' target='b' directed='0'/></graph>",
        "<graph edgedefault='undirected'><edge target='a' source='b' id='x'/>" + NODES + "</graph>",
        "<graph edgedefault='undirected'><node id='a'><port name='p'/><data key='k'><y:graph><node id='q'/></y:graph>"
                + "</data></node><node id='b'/><node id='c'/><edge sourceport='p' source='a' target='b'/></graph>",
        "<graph edgedefault='undirected'><y:node id='q'/>" + NODES + "<edge source='a' target='b'/></graph><data/>",
        "<key id='k'><default>x</default></key><graph>" + NODES
                + "<edge directed='false' source='a' target='b'/></graph>",
        "<graph edgedefault='undirected'>" + NODES
                + "<edge id='0' source='a' target='b'/><edge id='1' source='b' target='a'/></graph>"
    })
    void onlyNodesEdgesAndDirectionMatter(String body) throws IOException {
        assertEquals("0-1", edges(GraphFiles.read(graphMl(body), 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "ISO-8859-1"})
    void theDeclaredEncodingIsUsed(String encoding) throws IOException {
        String xml = "<?xml version='1.0' encoding='" + encoding + "'?><g:graphml xmlns:g='" + SPACE
                + "'><g:graph edgedefault='undirected'><g:node id='\u00e5'/><g:node id='\u00f8'/>"
                + "<g:edge source='\u00e5' target='\u00f8'/></g:graph></g:graphml>";
        Path file = Files.write(folder.resolve("a.graphml"), xml.getBytes(Charset.forName(encoding)));
        assertEquals("0-1", edges(GraphFiles.read(file.toString(), 2)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "<graph edgedefault='undirected'>@<edge source='a' target='b' directed='yes'/></graph>"
                + "|2: expected directed to be true, false, 1 or 0, got \"yes\"",
        "<graph>@<edge source='a' target='b'/></graph>"
                + "|2: expected a graph with edgedefault undirected or directed, got \"\"",
        "<graph edgedefault='undirected'>@~<node id='b'/></graph>|3: expected each node once, got \"b\" again",
        "<graph edgedefault='undirected'>@~<edge source='a' target='x'/></graph>"
                + "|3: expected edges between nodes of the file, got \"x\"",
        "<graph edgedefault='undirected'>@~<hyperedge/></graph>"
                + "|3: expected edges between two nodes, got a hyperedge",
        "<graph edgedefault='undirected'>@</graph>~<graph edgedefault='undirected'/>"
                + "|3: expected one graph, got another beside that of line 2",
        "<graph edgedefault='undirected'><node id='a'>~<graph/></node></graph>"
                + "|3: expected one graph, got another beside that of line 2",
        "<graph edgedefault='undirected'>@~<edge source='a'/></graph>"
                + "|3: expected an edge with the attribute target, got none",
        "<graph edgedefault='undirected'>@~<edge source='a' target=b/></graph>"
                + "|3: expected GraphML, but this is no well-formed XML at column 25",
        "<graph edgedefault='undirected'>@~<edge source='&x;' target='b'/></graph>"
                + "|3: expected GraphML, but this is no well-formed XML at column 18"
    })
    void graphMlThatIsRefusedSaysWhere(String body, String sentence) throws IOException {
        String path = graphMl(body.replace("@", NODES.replace("<node id='c'/>", "")).replace('~', '\n'));
        assertEquals("file:" + path + " line " + sentence, refusal(path, 2));
    }

    @Test
    void otherXmlIsNoGraph() throws IOException {
        String svg = write("a.graphml", "<svg/>");
        assertEquals("file:" + svg + " line 1: expected GraphML, got the element \"svg\"", refusal(svg, 2));
        assertEquals("file:" + svg + ": expected GraphML with a graph, got none", refusal(graphMl("<key/>"), 2));
        String bytes = Files.write(folder.resolve("a.graphml"), new byte[] {'<', 'a', (byte) 0xff, '>'}).toString();
        PrintStream standardError = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed));
        try {
            assertEquals("file:" + bytes + ": expected text in the encoding that it declares, or UTF-8",
                    refusal(bytes, 2));
        } finally {
            System.setErr(standardError);
        }
        assertEquals("", printed.toString(StandardCharsets.UTF_8), "the parser says nothing by itself");
        String unknown = write("a.graphml", "<?xml version='1.0' encoding='klingon'?><graphml/>");
        assertEquals("file:" + unknown
                + " line 1: expected an encoding that Java knows, such as UTF-8, got \"klingon\"", refusal(unknown, 2));
    }

    /** Line feeds for semicolons. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "3 | 0,1,2;0,1,0;1,0,1;0,1,0             | 0-1 1-2",
        "3 | 1,2,3;0,1,0;1,0,1;0,1,0             | 0-1 1-2",
        "3 | a,b,c;a,0,1,0;b,1,0,1;c,0,1,0       | 0-1 1-2",
        "3 | id,0,1,2;0,0,1,0;1,1,0,1;2,0,1,0    | 0-1 1-2",
        "3 | ',1,2,3;1,0,1,0;2,1,0,1;3,0,1,0'    | 0-1 1-2",
        "3 | '\"\",\"x\",\"y\",\"z\";\"x\",0,1,0;\"y\",1,0,1;\"z\",0,1,0' | 0-1 1-2",
        "3 | '  ;# workers: 3;0,1;\t;'           | 0-1",
        "3 | '# workers: 3;source,target'        | ''",
        "2 | 0,0;0,0                             | ''",
        "2 | 0,1;1,1                             | 0-1",
        "2 | 0,1;1,0                             | 0-1",
        "2 | 0,1;0,1                             | 0-1",
        "2 | 0,1;0,1;1,0                         | 0-1",
        "2 | ,a,b;a,0,1;b,1,0                    | 0-1",
        "1 | ,a;a,0                              | ''"
    })
    void tablesAreReadAsTheyAreMeant(int workers, String lines, String edges) throws IOException {
        String path = write("a.csv", lines.replace(';', '\n'));
        assertEquals(edges, edges(GraphFiles.read(path, workers)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "2 | 1,0;0,1 | ': expected an edge list or a matrix, got lines that can be both, with different graphs; list "
                + "each edge once'",
        "3 | ,2,1,0;2,0,1,0;1,1,0,1;0,0,1,0 | ' line 1: expected workers 0 to 2 in this order, got \",2,1,0\"'",
        "3 | ,a,b,c;b,0,1,0;a,1,0,1;c,0,1,0 | ' line 2: expected an edge as two worker numbers, or one of 3 lines of 3 "
                + "entries 0 or 1, got \"b,0,1,0\"'",
        "2 | 0,0,1;0,0,1;1,1,0 | ' needs 3 workers, got 2'",
        "3 | ,a,b;a,0,1;b,1,0 | ' needs 2 workers, got 3'",
        "3 | from;0,1;1,2 | ' line 1: expected an edge as two worker numbers, a line of a matrix, or a header of words,"
                + " got \"from\"'",
        "3 | '# workers: 4;0,1' | ' needs 4 workers, got 3'",
        "3 | '0,1;1,\"2' | ' line 2: expected quotes around whole cells only, got \"1,\"2\"'",
        "3 | '0,\"1\"x;1,2' | ' line 1: expected quotes around whole cells only, got \"0,\"1\"x\"'",
        "3 | 0,1d,0;1,0,1;0,1,0 | ' line 1: expected entries 0 or 1, got \"1d\"'",
        "3 | 0,0x1,0;1,0,1;0,1,0 | ' line 1: expected entries 0 or 1, got \"0x1\"'"
    })
    void tablesThatMayMeanSomethingElseAreRefused(int workers, String lines, String sentence) throws IOException {
        String path = write("a.csv", lines.replace(';', '\n'));
        assertEquals("file:" + path + sentence, refusal(path, workers));
    }

    /** Every graph of up to four workers, the empty ones too. */
    @Test
    void everySmallGraphComesBackFromItsText() throws IOException {
        for (int workers = 1; workers <= 4; workers++) {
            List<Edge> all = Graphs.complete(workers).edges();
            for (int chosen = 0; chosen < 1 << all.size(); chosen++) {
                int bits = chosen;
                Graph graph = Graph.of(workers, all.stream().filter(e -> (bits >> all.indexOf(e) & 1) == 1).toList());
                Graph again = GraphFiles.read(write("graph.csv", GraphFiles.text(graph)), workers);
                assertEquals(graph.edges(), again.edges());
                assertEquals(GraphFiles.fingerprint(graph), GraphFiles.fingerprint(again));
            }
        }
    }

    @Test
    void aFingerprintIsThatOfTheTextAndNotOfTheFile() throws Exception {
        String text = "# workers: 3\nsource,target\n0,1\n1,2\n";
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        String expected = HexFormat.of().formatHex(digest);
        for (String name : List.of("blank.csv", "cyto.graphml", "dirfalse.graphml")) {
            assertEquals(expected, GraphFiles.fingerprint(GraphFiles.read(resource(name), 3)));
        }
        assertTrue(!expected.equals(GraphFiles.fingerprint(GraphFiles.read(resource("pandas.csv"), 3))));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyRegularFilesAreRead() throws Exception {
        Path pipe = folder.resolve("pipe.csv");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path zero = Files.createSymbolicLink(folder.resolve("zero.graphml"), Path.of("/dev/zero"));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (Path path : List.of(pipe, zero)) {
                assertEquals("file:" + path + ": cannot be read: it is a pipe or a device, not a file",
                        refusal(path.toString(), 4));
            }
        });
    }

    @Test
    void onlyFilesOfAPossibleSizeAreRead() throws IOException {
        byte[] most = new byte[16_778_240];
        Arrays.fill(most, (byte) '\n');
        Path file = Files.write(folder.resolve("large.csv"), most);
        assertEquals("file:" + file + ": expected edges, one a line, or an adjacency matrix, got nothing",
                refusal(file.toString(), 4));
        Files.write(file, new byte[] {'\n'}, StandardOpenOption.APPEND);
        assertEquals("file:" + file + ": expected at most 16778240 bytes for 4 workers, got 16778241",
                refusal(file.toString(), 4));
    }

    /** A million nodes or edges for four workers: over 20 s with a parser that validates. */
    @Test
    void tooManyNodesAndEdgesAreRefusedSoon() throws IOException {
        StringBuilder nodes = new StringBuilder("<graph edgedefault='undirected'>");
        StringBuilder edges = new StringBuilder("<graph edgedefault='undirected'>" + NODES);
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 500_000; i++) {
            nodes.append("<node id='").append(i).append("'/>");
            edges.append("<edge source='a' target='b'/>");
            list.append("0,1\n");
        }
        String many = graphMl(nodes + "</graph>");
        assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                assertEquals("file:" + many + " needs 500000 workers, got 4", refusal(many, 4)));
        String joined = graphMl(edges + "</graph>");
        String table = write("a.csv", list.toString());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (String path : List.of(joined, table)) {
                assertEquals("file:" + path + ": expected at most 1032 edges for 4 workers, got more",
                        refusal(path, 4));
            }
        });
    }

    /** What is damaged is read or refused in one sentence; nothing else happens. */
    @Test
    void damagedFilesNeverFailInAnotherWay() throws IOException {
        Random random = new Random(1);
        for (String name : List.of("cyto.graphml", "gephi.graphml", "space-id.graphml", "pandas.csv", "blank.csv")) {
            byte[] whole = Files.readAllBytes(Path.of(resource(name)));
            Path file = folder.resolve(name);
            for (int i = 0; i < 100; i++) {
                int length = random.nextInt(4) > 0 ? whole.length : random.nextInt(whole.length);
                byte[] damaged = Arrays.copyOf(whole, length);
                for (int k = random.nextInt(3); k >= 0 && damaged.length > 0; k--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                Files.write(file, damaged);
                try {
                    GraphFiles.read(file.toString(), 3);
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().startsWith("file:" + file), e.getMessage());
                }
            }
        }
    }
}
