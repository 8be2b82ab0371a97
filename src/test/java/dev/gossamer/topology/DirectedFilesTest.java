package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directed graphs and weights in files, and what is recorded of them. */
class DirectedFilesTest {

    private static final double THIRD = 1.0 / 3;

    /** Worker 0 sends to 1 and 2, 1 to 2, 2 to 0. */
    private static final double[][] SHARES = {{THIRD, 0, 0.5}, {THIRD, 0.5, 0}, {THIRD, 0.5, 0.5}};

    @TempDir
    Path folder;

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static Topology topology(String name, int workers) {
        return new TopologyFactory().get(name, workers);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "a.csv     | 0,1;0,2;1,2;2,0",
        "b.csv     | from,to;2,0;# again;1,2;0,2;;0,1;0,1",
        "c.csv     | # workers: 3; 0 , 1 ;\"0\",\"2\";1,2;2,0;",
        "d.graphml | <graphml><graph edgedefault='directed'><node id='b'/><node id='c'/><node id='a'/>"
                + "<edge source='b' target='c'/><edge source='b' target='a'/><edge source='c' target='a'/>"
                + "<edge source='a' target='b'/></graph></graphml>",
        "e.graphml | <graphml><graph edgedefault='undirected'><node id='2'/><node id='0'/><node id='1'/>"
                + "<edge source='2' target='0'/><edge directed='true' source='0' target='1'/>"
                + "<edge directed='true' source='1' target='2'/></graph></graphml>"
    })
    void edgesLeadFromSenderToReceiver(String name, String text) throws IOException {
        String file = write(name, text.replace(';', '\n').replace('\'', '"'));
        Topology topology = topology("directed-file:" + file, 3);
        assertArrayEquals(SHARES, topology.scheme().at(0).toDense());
        assertTrue(topology.scheme().isConnected() && !topology.scheme().isRowStochastic());
        assertEquals(Optional.of("# workers: 3\nfrom,to\n0,1\n0,2\n1,2\n2,0\n"), topology.recorded());
        assertEquals(topology("directed-file:" + write("z.csv", "0,2\n0,1\n1,2\n2,0"), 3).fingerprint(),
                topology.fingerprint());
    }

    @Test
    void workersMayBeAlone() throws IOException {
        Scheme scheme = Topologies.parse("directed-file:" + write("a.csv", "# workers: 3\n0,1\n"), 3);
        assertArrayEquals(new double[][] {{0.5, 0, 0}, {0.5, 1, 0}, {0, 0, 1}}, scheme.at(0).toDense());
        assertFalse(scheme.isConnected());
        assertArrayEquals(MixingMatrix.identity(2).toDense(),
                Topologies.parse("directed-file:" + write("b.csv", "# workers: 2\n"), 2).at(0).toDense());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "0,1;1,x;2,0       | ' line 2: expected two different workers of 0 to 2, got \"1,x\"'",
        "0,1;1,1;2,0       | ' line 2: expected two different workers of 0 to 2, got \"1,1\"'",
        "0,1,0;0,0,1;1,0,0 | ' line 1: expected two different workers of 0 to 2, got \"0,1,0\"'",
        "0,1;1,0           | ' needs 2 workers, got 3'",
        "# nothing         | ': expected edges, one a line, got nothing'"
    })
    void badListsSayWhere(String lines, String sentence) throws IOException {
        String name = "directed-file:" + write("bad.csv", lines.replace(';', '\n'));
        assertEquals(name + sentence, refusal(name, 3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "0.5,0.5;0.5,0.5,0 | ' line 2: expected 2 weights, got \"0.5,0.5,0\"'",
        "0.5,a;0.5,0.5     | ' line 1: expected weights that are numbers, got \"a\"'",
        "0.5,NaN;0.5,0.5   | ' line 1: expected weights that are numbers, got \"NaN\"'",
        "0.5,0.5;0.5,0.25  | ': each row of a mixing matrix sums to 1, or each column does, but row 1 of this one sums"
                + " to 0.75'",
        "1,0;0,1;1,0;1,1   | ', matrix 2: each row of a mixing matrix sums to 1, or each column does, but row 1 of this"
                + " one sums to 2.0'",
        "1,0;0,1;1,0       | ': expected 2 lines of 2 weights, or a multiple of them for several steps, got 3 lines'",
        "# workers: 3;1,0  | ' needs 3 workers, got 2'",
        "a,b               | ': expected 2 lines of 2 weights, or a multiple of them for several steps, got 0 lines'"
    })
    void badWeightsSayWhere(String lines, String sentence) throws IOException {
        String name = "weights-file:" + write("bad.csv", lines.replace(';', '\n'));
        assertEquals(name + sentence, refusal(name, 2));
    }

    @Test
    void filesThatCannotBeReadSayWhy() throws IOException {
        assertEquals("directed-file:nowhere.csv: there is no such file", refusal("directed-file:nowhere.csv", 3));
        assertEquals("directed-file:graph.xls: expected a file that ends in .csv, .txt, .tsv, .edges, .edgelist, .graphml, .gexf,"
                        + " .gml, .dot or .gv",
                refusal("directed-file:graph.xls", 3));
        assertEquals("weights-file:w.graphml: expected a file that ends in .csv or .npy", refusal("weights-file:w.graphml", 3));
        String arcs = write("a.csv", "0,1\n1,2\n2,0\n");
        for (String name : List.of("one-peer-directed-file:" + arcs, "directed-file:" + arcs + "+uniform",
                "directed-file:" + arcs + "+uniform+lazy")) {
            String sentence = refusal(name, 3);
            assertTrue(sentence.startsWith("\"" + name + "\" needs an undirected graph, but directed-file:PATH is none;"
                    + " those are ring, "), sentence);
        }
    }

    @Test
    void aHeaderOfWordsIsNoWeight() throws IOException {
        Topology topology = topology("weights-file:" + write("w.csv", "a,b\n0.25,1e0\n.75,0\n"), 2);
        assertArrayEquals(new double[][] {{0.25, 1}, {0.75, 0}}, topology.scheme().at(0).toDense());
        assertEquals(Optional.of("# workers: 2\n0.25,1.0\n0.75,0\n"), topology.recorded());
        assertArrayEquals(new double[][] {{1}},
                Topologies.parse("weights-file:" + write("v.csv", "1\n"), 1).at(0).toDense());
    }

    private static String refusal(String name, int workers) {
        return assertThrows(IllegalArgumentException.class, () -> topology(name, workers)).getMessage();
    }

    /** The text of a family's matrices, as another program would write them. */
    private static String written(Scheme scheme) {
        StringBuilder text = new StringBuilder();
        for (int step = 0; step < scheme.period().getAsInt(); step++) {
            for (double[] row : scheme.at(step).toDense()) {
                for (int j = 0; j < row.length; j++) {
                    text.append(j == 0 ? "" : ", ").append(row[j]);
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** Whatever becomes of the file, and wherever its copy is, the recorded topology is the same to the last bit. */
    @ParameterizedTest
    @ValueSource(strings = {"random-digraph-3", "artificial-nice-0.3", "star+uniform", "base-2", "random-digraph-2+lazy"})
    void whatIsRecordedIsReadBack(String family) throws IOException {
        for (int n = 5; n <= 24; n++) {
            Scheme scheme = Topologies.parse(family, n);
            Path file = folder.resolve("w-" + n + ".csv");
            Files.writeString(file, written(scheme));
            String name = "weights-file:" + file;
            Topology topology = topology(name, n);
            Files.delete(file);
            Path copy = Files.writeString(folder.resolve("graph.csv"), topology.recorded().get());
            for (Topology known : List.of(topology, Topologies.recorded(name, n, topology.recorded().get()),
                    Topologies.recorded(name, n, copy))) {
                assertEquals(topology, known);
                assertEquals(topology.fingerprint(), known.fingerprint());
                assertEquals(scheme.period(), known.scheme().period());
                for (int step = 0; step < scheme.period().getAsInt(); step++) {
                    assertArrayEquals(scheme.at(step).toDense(), known.scheme().at(step).toDense());
                }
            }
        }
    }

    @Test
    void namesAreKnownByWhatWasRead() throws IOException {
        String arcs = write("a+lazy b.csv", "0,1\n1,2\n2,0\n");
        Topology plain = topology("directed-file:" + arcs, 3);
        Topology lazy = topology("Directed-file:" + arcs + "+ Lazy", 3);
        assertEquals("directed-file:" + arcs + "+lazy", lazy.name());
        assertEquals(lazy.name(), lazy.scheme().name());
        assertArrayEquals(plain.scheme().at(0).lazy().toDense(), lazy.scheme().at(0).toDense());
        assertEquals(plain.fingerprint(), lazy.fingerprint());
        assertEquals("directed-file:" + lazy.fingerprint().get() + "+lazy",
                Topology.content(lazy.name(), lazy.fingerprint()));
        assertEquals("directed-file:other.csv+lazy", lazy.named("directed-file:other.csv+lazy").name());
        for (String other : List.of("directed-file:other.csv", "file:other.csv+lazy", "weights-file:other.csv+lazy")) {
            assertThrows(IllegalArgumentException.class, () -> lazy.named(other));
        }
        assertEquals("file:" + arcs + "+uniform+lazy", topology("file:" + arcs + "+uniform+lazy", 3).name());
        assertNotEquals(plain.fingerprint(), topology("file:" + arcs, 3).fingerprint());
        assertTrue(Topologies.isFile(lazy.name()) && Topologies.isFile("weights-file:x")
                && !Topologies.isFile("ring+lazy"));
    }

    @Test
    void aFileIsReadOnceForAllItsTopologies() throws IOException {
        String file = write("g.csv", "0,1\n1,2\n2,0\n");
        TopologyFactory topologies = new TopologyFactory();
        Topology first = topologies.get("directed-file:" + file, 3);
        write("g.csv", "0,2\n1,0\n2,1\n");
        assertEquals(first.fingerprint(), topologies.get("directed-file:" + file + "+lazy", 3).fingerprint());
        assertNotEquals(first.fingerprint(), new TopologyFactory().get("directed-file:" + file, 3).fingerprint());
    }
}
