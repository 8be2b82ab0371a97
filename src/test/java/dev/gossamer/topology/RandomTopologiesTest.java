package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Graph.Edge;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomTopologiesTest {

    @ParameterizedTest
    @ValueSource(strings = {"random-regular-3", "erdos-renyi-0.3", "small-world-4-0.3"})
    void theSeedAloneDecides(String topology) {
        List<Edge> first = Topologies.graph(topology + "-seed-1", 24).edges();

        assertEquals(first, Topologies.graph(topology + "-seed-1", 24).edges());
        assertNotEquals(first, Topologies.graph(topology + "-seed-2", 24).edges());
        assertEquals(Topologies.graph(topology + "-seed-0", 24).edges(), Topologies.graph(topology, 24).edges());
    }

    @Test
    void regularGraphsAreRegularSimpleAndConnected() {
        for (int degree = 2; degree <= 7; degree++) {
            for (int n = degree + 1; n <= 40; n++) {
                if (n * degree % 2 == 0) {
                    Graph graph = RandomGraphs.regular(n, degree, 3);
                    for (int i = 0; i < n; i++) {
                        assertEquals(degree, graph.degree(i));
                        assertEquals(degree, graph.neighbours(i).size());
                    }
                    assertTrue(PeriodicScheme.constant("x", MetropolisHastings.weights(graph)).isConnected());
                }
            }
        }
    }

    @Test
    void everyPairIsJoinedWithTheProbabilityOfTheName() {
        int graphs = 200;
        int pairs = 20 * 19 / 2;
        double edges = 0;
        for (int seed = 0; seed < graphs; seed++) {
            edges += RandomGraphs.erdosRenyi(20, 0.4, seed).edges().size();
        }

        double deviation = Math.sqrt(0.4 * 0.6 / (graphs * pairs));
        assertEquals(0.4, edges / (graphs * pairs), 4 * deviation);
        assertEquals(pairs, RandomGraphs.erdosRenyi(20, 1, 0).edges().size());
    }

    @Test
    void smallWorldMovesTheShareOfItsName() {
        Set<Edge> lattice = new HashSet<>(RandomGraphs.smallWorld(30, 4, 0, 0).edges());
        for (Edge edge : lattice) {
            assertTrue(List.of(1, 2, 28, 29).contains(edge.b() - edge.a()));
        }
        assertEquals(60, lattice.size());

        for (double probability : new double[] {0.1, 0.5, 0.9}) {
            double kept = 0;
            for (int seed = 0; seed < 100; seed++) {
                List<Edge> edges = RandomGraphs.smallWorld(30, 4, probability, seed).edges();
                assertEquals(60, edges.size());
                kept += edges.stream().filter(lattice::contains).count() / 6000.0;
            }
            // A move to itself or to about 4 neighbours is none, and one to 4 places leads back into the lattice.
            double moved = 1 - kept;
            assertTrue(moved < probability, "moved " + moved + " of " + probability);
            assertTrue(moved > probability * (1 - 9 / 30.0), "moved " + moved + " of " + probability);
        }
    }

    @Test
    void randomMatchingsPairEveryoneWithEveryoneEquallyOften() {
        Map<Edge, Integer> counts = new HashMap<>();
        for (int seed = 0; seed < 20; seed++) {
            Scheme scheme = Topologies.parse("random-matching-seed-" + seed, 6);
            for (int step = 0; step < scheme.period().getAsInt(); step++) {
                MixingMatrix w = scheme.at(step);
                for (int i = 0; i < 6; i++) {
                    assertEquals(1, w.degree(i));
                    assertEquals(0.5, w.get(i, i));
                    counts.merge(new Edge(Math.min(i, partner(w, i)), Math.max(i, partner(w, i))), 1, Integer::sum);
                }
            }
        }

        assertEquals(15, counts.size());
        for (int count : counts.values()) {
            double expected = 20 * 256 / 5.0;
            assertEquals(expected, count / 2.0, 4.5 * Math.sqrt(expected * 0.8));
        }
    }

    private static int partner(MixingMatrix w, int i) {
        int first = w.column(w.rowStart(i));
        return first == i ? w.column(w.rowStart(i) + 1) : first;
    }

    @Test
    void anOddWorkerWaitsAndNotAlwaysTheSame() {
        Scheme scheme = Topologies.parse("random-matching", 7);
        Set<Integer> waiting = new HashSet<>();
        for (int step = 0; step < scheme.period().getAsInt(); step++) {
            assertEquals(6, scheme.at(step).messages());
            for (int i = 0; i < 7; i++) {
                if (scheme.at(step).degree(i) == 0) {
                    waiting.add(i);
                }
            }
        }
        assertEquals(7, waiting.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ring", "chain", "star", "torus", "hypercube", "fully-connected", "binary-tree", "two-cliques",
        "random-regular-3", "social-network"
    })
    void onePeerSchemesGiveEveryEdgeItsOneStep(String topology) {
        Graph graph = Topologies.graph(topology, 32);
        Scheme scheme = Topologies.parse("one-peer-" + topology, 32);
        Set<Edge> seen = new HashSet<>();
        int messages = 0;
        for (int step = 0; step < scheme.period().getAsInt(); step++) {
            MixingMatrix w = scheme.at(step);
            assertTrue(w.isSymmetric(0) && w.maxDegree() == 1);
            messages += w.messages();
            for (int i = 0; i < 32; i++) {
                if (w.degree(i) == 1) {
                    assertEquals(0.5, w.get(i, partner(w, i)));
                    seen.add(new Edge(Math.min(i, partner(w, i)), Math.max(i, partner(w, i))));
                }
            }
        }

        assertEquals(new HashSet<>(graph.edges()), seen);
        assertEquals(2 * graph.edges().size(), messages);
        int period = scheme.period().getAsInt();
        assertTrue(graph.maxNeighbours() <= period && period <= 2 * graph.maxNeighbours() - 1,
                "period " + period + " for degree " + graph.maxNeighbours());
    }

    /** Runs that were begun with this topology go on with it. */
    @ParameterizedTest
    @CsvSource({
        "random-matching, 7, 30e6d0fe", "random-matching, 32, ef39f83b", "random-matching-seed-7, 7, b4ba4c29",
        "random-matching-seed-7, 32, e344522e"})
    void randomMatchingsAreThoseTheyAlwaysWere(String topology, int workers, String checksum) {
        CRC32 bits = new CRC32();
        Scheme scheme = Topologies.parse(topology, workers);
        for (int step = 0; step < 256; step++) {
            MixingMatrix w = scheme.at(step);
            for (int k = 0; k < w.rowStart(workers); k++) {
                bits.update(ByteBuffer.allocate(12).putInt(w.column(k)).putDouble(w.weight(k)).flip());
            }
        }
        assertEquals(checksum, Long.toHexString(bits.getValue()));
    }

    @ParameterizedTest
    @CsvSource({
        "redrawn-random-matching, 8, 1, 4", "redrawn-random-matching, 7, 1, 3", "redrawn-random-regular-3, 8, 3, 12"})
    void aRedrawnMatrixIsAFunctionOfSeedAndStep(String topology, int workers, int degree, int edges) {
        Scheme scheme = Topologies.parse(topology, workers);
        Scheme again = Topologies.parse(topology + "-seed-0", workers);
        assertEquals(topology, again.name());
        assertTrue(scheme.period().isEmpty() && !scheme.isStatic());
        assertEquals(degree, scheme.maxDegree());
        assertEquals(2 * edges, scheme.messagesPerStep());
        assertTrue(scheme.isConnected() && scheme.isSymmetric() && scheme.isDoublyStochastic());
        Set<List<Double>> different = new HashSet<>();
        for (int step = 999; step >= 0; step--) {
            double[][] w = scheme.at(step).toDense();
            assertArrayEquals(w, again.at(step).toDense());
            different.add(Arrays.stream(w).flatMapToDouble(Arrays::stream).boxed().toList());
        }
        assertTrue(different.size() > 95, different.size() + " different ones");
        assertFalse(Arrays.deepEquals(scheme.at(1_000_000_000_000L).toDense(), scheme.at(0).toDense()));
        Scheme other = Topologies.parse(topology + "-seed-1", workers);
        assertTrue(IntStream.range(0, 20).anyMatch(
                step -> !Arrays.deepEquals(scheme.at(step).toDense(), other.at(step).toDense())));
    }

    /** Of 8 workers there are 105 matchings; each pair is in 1 of 7. */
    @Test
    void redrawnMatchingsPairEveryoneWithEveryoneEquallyOften() {
        Scheme scheme = Topologies.parse("redrawn-random-matching-seed-3", 8);
        int[][] counts = new int[8][8];
        for (int step = 0; step < 7000; step++) {
            for (int i = 0; i < 8; i++) {
                counts[i][partner(scheme.at(step), i)]++;
            }
        }
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < i; j++) {
                assertEquals(1000, counts[i][j], 4.5 * Math.sqrt(1000 * 6 / 7.0));
            }
        }
    }
}
