package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.topology.Graph.Edge;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The matrices are those of the original research code, computed in double precision and rounded to 12 decimals. */
class GoldenMixingMatricesTest {

    private static final double TOLERANCE = 1e-9;

    /** A scheme, phase by phase, and its edges where it is an undirected graph. */
    record Golden(String topology, int workers, int[][] edges, double[][][] matrices) {}

    /** Weights of one graph, which is given by its adjacency with ones on the diagonal. */
    record WeightRules(
            double[][] connectivity,
            double[][] params,
            double[][] symmetric_doubly_stochastic,
            double[][] sinkhorn_20,
            double[][] sinkhorn_10,
            double[][] metropolis_hastings_of_connectivity) {}

    private static <T> T read(String resource, Class<T> type) throws IOException {
        try (InputStream json = GoldenMixingMatricesTest.class.getResourceAsStream(resource)) {
            return new ObjectMapper().readValue(json, type);
        }
    }

    static List<Golden> goldens() throws IOException {
        return List.of(read("mixing-matrices.json", Golden[].class));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void agreesWithTheOriginal(Golden golden) {
        Scheme scheme = Topologies.parse(golden.topology, golden.workers);

        assertEquals(golden.matrices.length, scheme.period().getAsInt());
        for (int step = 0; step < 2 * scheme.period().getAsInt(); step++) {
            assertClose(golden.matrices[step % golden.matrices.length], scheme.at(step));
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void hasTheEdgesOfTheOriginal(Golden golden) {
        if (golden.edges != null) {
            List<Edge> expected = new ArrayList<>();
            for (int[] edge : golden.edges) {
                expected.add(new Edge(edge[0], edge[1]));
            }
            assertEquals(expected, Topologies.graph(golden.topology, golden.workers).edges());
        }
    }

    @Test
    void weightRulesAgreeWithTheOriginal() throws IOException {
        WeightRules golden = read("weight-rules.json", WeightRules.class);
        List<Edge> edges = new ArrayList<>();
        for (int a = 0; a < golden.connectivity.length; a++) {
            for (int b = 0; b < a; b++) {
                if (golden.connectivity[a][b] != 0) {
                    edges.add(new Edge(a, b));
                }
            }
        }
        Graph graph = Graph.of(golden.connectivity.length, edges);

        assertClose(golden.symmetric_doubly_stochastic, SymmetricWeights.weights(graph, golden.params));
        assertClose(golden.sinkhorn_10, Sinkhorn.weights(graph, golden.params, 10));
        assertClose(golden.sinkhorn_20, Sinkhorn.weights(graph, golden.params, 20));
        assertClose(golden.metropolis_hastings_of_connectivity, MetropolisHastings.weights(graph));
    }

    private static void assertClose(double[][] expected, MixingMatrix actual) {
        double[][] dense = actual.toDense();
        assertEquals(expected.length, dense.length);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], dense[i], TOLERANCE, "row " + i);
        }
    }
}
