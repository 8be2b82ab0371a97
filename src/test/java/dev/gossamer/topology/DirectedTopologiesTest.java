package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topologies in which who sends need not receive, and lazy ones. */
class DirectedTopologiesTest {

    private static final int GOLDEN_WORKERS = 8;

    @TempDir
    Path folder;

    private static String golden(String name) throws IOException {
        try (InputStream file = DirectedTopologiesTest.class.getResourceAsStream(name + ".csv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The matrices of a file, read by hand. */
    private static List<double[][]> goldenMatrices(String name) throws IOException {
        List<double[]> rows = golden(name).lines().filter(line -> !line.startsWith("#"))
                .map(line -> Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray()).toList();
        List<double[][]> phases = new ArrayList<>();
        for (int first = 0; first < rows.size(); first += GOLDEN_WORKERS) {
            phases.add(rows.subList(first, first + GOLDEN_WORKERS).toArray(double[][]::new));
        }
        return phases;
    }

    private static void assertPhases(List<double[][]> expected, Scheme scheme, double tolerance) {
        assertEquals(expected.size(), scheme.period().getAsInt());
        for (int step = 0; step < expected.size(); step++) {
            for (int i = 0; i < scheme.workers(); i++) {
                assertArrayEquals(expected.get(step)[i], scheme.at(step).toDense()[i], tolerance);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "static-exponential, directed-exponential", "time-varying-exponential, one-peer-exponential",
        "ring+lazy, lazy-ring"})
    void familiesAreThoseOfOtherCode(String topology, String golden) throws IOException {
        assertPhases(goldenMatrices(golden), Topologies.parse(topology, GOLDEN_WORKERS), 1e-15);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "directed-exponential", "one-peer-exponential", "push-irregular", "push-irregular-one-peer", "lazy-ring"})
    void weightsOfAFileAreTakenAsTheyAre(String name) throws IOException {
        Path file = Files.writeString(folder.resolve("w.csv"), golden(name));
        Scheme scheme = Topologies.parse("weights-file:" + file, GOLDEN_WORKERS);
        assertPhases(goldenMatrices(name), scheme, 0);
        assertTrue(scheme.isColumnStochastic() && scheme.isConnected());
        assertEquals(!name.startsWith("push"), scheme.isRowStochastic());
        assertEquals("weights-file:" + file, scheme.name());
    }

    /** Worker j sends to j - 1, if j is even to j - 2, and if 4 divides it to j - 4. */
    @Test
    void sendersOfAFileGiveEqualShares() throws IOException {
        StringBuilder arcs = new StringBuilder("from,to\n");
        StringBuilder xml = new StringBuilder("<graphml><graph edgedefault=\"directed\">");
        for (int j = 0; j < 8; j++) {
            xml.append("<node id=\"n").append(j).append("\"/>");
            for (int offset = 1; offset < 8 && j % offset == 0; offset *= 2) {
                arcs.append(j).append(',').append((j - offset + 8) % 8).append('\n');
                xml.append("<edge source=\"n").append(j).append("\" target=\"n").append((j - offset + 8) % 8)
                        .append("\"/>");
            }
        }
        Path csv = Files.writeString(folder.resolve("g.csv"), arcs);
        Path graphMl = Files.writeString(folder.resolve("g.graphml"), xml + "</graph></graphml>");
        for (Path file : List.of(csv, graphMl)) {
            Scheme scheme = Topologies.parse("Directed file:" + file, 8);
            assertEquals("directed-file:" + file, scheme.name());
            assertPhases(goldenMatrices("push-irregular"), scheme, 0);
        }
    }

    private static boolean hearsFromAll(MixingMatrix w) {
        double[][] heard = w.toDense();
        for (int doubling = 0; 1 << doubling < w.workers(); doubling++) {
            double[][] twice = new double[heard.length][heard.length];
            for (int i = 0; i < heard.length; i++) {
                for (int k = 0; k < heard.length; k++) {
                    for (int j = 0; j < heard.length && heard[i][k] > 0; j++) {
                        twice[i][j] += heard[k][j] > 0 ? 1 : 0;
                    }
                }
            }
            heard = twice;
        }
        return Arrays.stream(heard).flatMapToDouble(Arrays::stream).allMatch(weight -> weight > 0);
    }

    @Test
    void randomDigraphsHaveTheirOutDegreeAndAreStronglyConnected() {
        for (int n = 2; n <= 40; n++) {
            for (int degree = 1; degree < n; degree += degree < 6 ? 1 : 5) {
                Scheme scheme = Topologies.parse("random-digraph-" + degree + "-seed-" + (n % 3), n);
                requireShares(scheme.at(0), degree);
                assertTrue(scheme.isConnected() && hearsFromAll(scheme.at(0)), scheme.name() + " of " + n);
                assertTrue(scheme.isColumnStochastic() && scheme.isNonnegative());
                assertEquals((double) n * degree, scheme.messagesPerStep());
                assertEquals(degree == 1 || degree == n - 1, scheme.isRowStochastic() || n < 4, scheme.name() + n);
            }
        }
    }

    private static void requireShares(MixingMatrix w, int degree) {
        double[][] dense = w.toDense();
        for (int j = 0; j < dense.length; j++) {
            int shares = 0;
            for (int i = 0; i < dense.length; i++) {
                assertTrue(dense[i][j] == 0 || dense[i][j] == 1.0 / (degree + 1));
                shares += dense[i][j] == 0 ? 0 : 1;
            }
            assertEquals(degree + 1, shares);
            assertTrue(dense[j][j] > 0);
        }
    }

    @Test
    void redrawnDigraphsSendToAllEquallyOften() {
        for (int degree : new int[] {1, 2, 5}) {
            Scheme scheme = Topologies.parse("redrawn-random-digraph-" + degree, 6);
            assertTrue(scheme.period().isEmpty() && scheme.isColumnStochastic() && scheme.isConnected());
            int steps = 3000;
            int[][] counts = new int[6][6];
            for (int step = 0; step < steps; step++) {
                requireShares(scheme.at(step), degree);
                for (int i = 0; i < 6; i++) {
                    for (int j = 0; j < 6; j++) {
                        counts[i][j] += i != j && scheme.at(step).get(i, j) > 0 ? 1 : 0;
                    }
                }
            }
            double probability = degree / 5.0;
            double deviation = Math.sqrt(steps * probability * (1 - probability));
            for (int i = 0; i < 6; i++) {
                for (int j = 0; j < 6; j++) {
                    assertEquals(i == j ? 0 : steps * probability, counts[i][j], 4.5 * deviation);
                }
            }
        }
    }

    /** Beside the cycle, which alone would be met with probability 1 / (n - 1). */
    @Test
    void randomDigraphsSendToAllEquallyOften() {
        int draws = 2000;
        int[][] counts = new int[7][7];
        for (int seed = 0; seed < draws; seed++) {
            MixingMatrix w = RandomDigraphs.connected(7, 3, seed).shares();
            for (int i = 0; i < 7; i++) {
                for (int j = 0; j < 7; j++) {
                    counts[i][j] += i != j && w.get(i, j) > 0 ? 1 : 0;
                }
            }
        }
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                assertEquals(i == j ? 0 : draws / 2.0, counts[i][j], 4.5 * Math.sqrt(draws / 4.0));
            }
        }
    }

    private static long bits(String topology, int workers, int steps) {
        CRC32 bits = new CRC32();
        Scheme scheme = Topologies.parse(topology, workers);
        for (int step = 0; step < steps; step++) {
            MixingMatrix w = scheme.at(step);
            for (int k = 0; k < w.rowStart(workers); k++) {
                bits.update(ByteBuffer.allocate(12).putInt(w.column(k)).putDouble(w.weight(k)).flip());
            }
        }
        return bits.getValue();
    }

    /** Runs that were begun with one of these topologies go on with it. */
    @ParameterizedTest
    @CsvSource({
        "random-digraph-2, 7, 1cc6b082", "random-digraph-3-seed-7, 32, 88b47a", "random-digraph-25, 32, 6d1ef7b7",
        "redrawn-random-digraph-2, 7, 12c94594", "redrawn-random-digraph-3-seed-7, 32, 1cbe753d"})
    void theSeedAloneDecides(String topology, int workers, String checksum) {
        assertEquals(checksum, Long.toHexString(bits(topology, workers, 4)));
        assertNotEquals(bits(topology, workers, 4), bits(topology.replace("-seed-7", "") + "-seed-3", workers, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ring", "chain", "star", "star+uniform", "fully-connected", "solo", "uni-ring", "static-exponential",
        "random-digraph-2", "time-varying-exponential", "random-matching", "one-peer-star", "ring+constant-1",
        "redrawn-random-digraph-2", "redrawn-random-matching", "local-steps-3"})
    void lazyKeepsHalfOfItsOwn(String topology) {
        for (int n = 3; n <= 17; n++) {
            Scheme scheme = Topologies.parse(topology, n);
            Scheme lazy = Topologies.parse(topology + "+lazy", n);
            assertEquals(topology + "+lazy", lazy.name());
            assertEquals(scheme.period(), lazy.period());
            assertEquals(scheme.isSymmetric(), lazy.isSymmetric());
            assertEquals(scheme.isRowStochastic(), lazy.isRowStochastic());
            assertEquals(scheme.isColumnStochastic(), lazy.isColumnStochastic());
            for (int step = 0; step < scheme.period().orElse(10); step++) {
                double[][] expected = scheme.at(step).toDense();
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        expected[i][j] = (expected[i][j] + (i == j ? 1 : 0)) / 2;
                    }
                }
                double[][] dense = lazy.at(step).toDense();
                for (int i = 0; i < n; i++) {
                    assertArrayEquals(expected[i], dense[i], 1e-15);
                }
            }
        }
    }

    /** An entry that becomes 0 is none. */
    @Test
    void lazyLeavesNoZeros() {
        MixingMatrix w = MixingMatrix.of(new double[][] {{-1, 2}, {2, -1}}).lazy();
        assertArrayEquals(new double[][] {{0, 1}, {1, 0}}, w.toDense());
        assertEquals(2, w.rowStart(2));
        assertArrayEquals(MixingMatrix.identity(3).toDense(), MixingMatrix.identity(3).lazy().toDense());
    }

    /** Equal matrices of a period are one in memory. */
    @Test
    void lazyMakesEachMatrixOnce() {
        Scheme lazy = Topologies.parse("local-steps-100000+lazy", 64);
        assertTrue(lazy.at(0) == lazy.at(99_998) && lazy.at(0) != lazy.at(99_999));
    }
}
