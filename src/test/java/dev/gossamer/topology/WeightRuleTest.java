package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Graph.Edge;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightRuleTest {

    private static final Graph PATH = Graphs.chain(3);

    private static double[][] weights(String rule, Graph graph) {
        return WeightRule.parse(rule).weights().apply(graph).toDense();
    }

    private static void assertClose(double[][] expected, double[][] actual, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], tolerance, "row " + i);
        }
    }

    @Test
    void weightsOfAPathByHand() {
        double third = 1.0 / 3;
        assertClose(new double[][] {{0.5, 0.5, 0}, {third, third, third}, {0, 0.5, 0.5}},
                weights("uniform", PATH), 1e-15);
        assertClose(new double[][] {{2 * third, third, 0}, {third, third, third}, {0, third, 2 * third}},
                weights("constant", PATH), 1e-15);
        assertClose(new double[][] {{0.9, 0.1, 0}, {0.1, 0.8, 0.1}, {0, 0.1, 0.9}},
                weights("constant-0.1", PATH), 1e-15);
        // The Laplacian of the path has the eigenvalues 0, 1, 3.
        assertClose(new double[][] {{0.5, 0.5, 0}, {0.5, 0, 0.5}, {0, 0.5, 0.5}},
                weights("best-constant", PATH), 1e-12);
        // Scaling keeps W00 W11 = W01 W10, so that (1 - a) (1 - 2 a) = a^2.
        double a = (3 - Math.sqrt(5)) / 2;
        assertClose(new double[][] {{1 - a, a, 0}, {a, 1 - 2 * a, a}, {0, a, 1 - a}}, weights("sinkhorn", PATH), 1e-12);
        // |W - U|^2 has the derivative 20 a - 8.
        double s = 0.4;
        assertClose(new double[][] {{1 - s, s, 0}, {s, 1 - 2 * s, s}, {0, s, 1 - s}},
                weights("symmetric", PATH), 1e-12);
    }

    private static double square(double x) {
        return x * x;
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "metropolis-hastings", "constant", "constant-0.05", "best-constant", "sinkhorn", "symmetric"
    })
    void areSymmetricAndDoublyStochasticOnTheGraph(String rule) {
        for (String topology : List.of("chain", "star", "torus-2x7", "two-cliques", "3-tree", "erdos-renyi-0.4")) {
            Scheme scheme = Topologies.parse(topology + "+" + rule, 14);
            String place = scheme.name();
            assertTrue(scheme.at(0).isSymmetric(1e-12), place);
            assertTrue(scheme.at(0).isDoublyStochastic(1e-12) && scheme.at(0).isRowStochastic(1e-12), place);
            assertTrue(scheme.isNonnegative() || rule.equals("best-constant") || rule.equals("symmetric"), place);
            Graph graph = Topologies.graph(topology, 14);
            for (int i = 0; i < 14; i++) {
                for (int j = 0; j < 14; j++) {
                    assertEquals(graph.neighbours(i).contains(j), i != j && scheme.at(0).get(i, j) != 0, place);
                }
            }
        }
    }

    @Test
    void uniformWeightsAreDoublyStochasticOnRegularGraphsOnly() {
        assertTrue(Topologies.parse("random-regular-3+uniform", 14).isDoublyStochastic());
        Scheme star = Topologies.parse("star+uniform", 14);
        assertFalse(star.isDoublyStochastic());
        assertFalse(star.isSymmetric());
        assertTrue(star.isRowStochastic() && star.isNonnegative());
    }

    @ParameterizedTest
    @ValueSource(strings = {"chain", "star", "torus-2x7", "two-cliques"})
    void bestConstantMixesFasterThanItsNeighbours(String topology) {
        Graph graph = Topologies.graph(topology, 14);
        double best = -weights("best-constant", graph)[0][graph.neighbours(0).get(0)];
        double slowest = slowestFactor(-best, graph);
        for (double factor : new double[] {0.8, 0.97, 1.03, 1.2}) {
            assertTrue(slowestFactor(-best * factor, graph) > slowest, topology + " times " + factor);
        }
    }

    /** The factor by which a consensus error shrinks per step in the end, by power iteration. */
    private static double slowestFactor(double weight, Graph graph) {
        MixingMatrix w = ConstantWeights.weights(graph, weight);
        double[][] x = new double[graph.workers()][1];
        Random random = new Random(1);
        for (double[] row : x) {
            row[0] = random.nextGaussian();
        }
        double norm = 0;
        for (int step = 0; step < 4000; step++) {
            x = Products.times(w, x);
            double mean = 0;
            for (double[] row : x) {
                mean += row[0] / x.length;
            }
            norm = 0;
            for (double[] row : x) {
                row[0] -= mean;
                norm += row[0] * row[0];
            }
            norm = Math.sqrt(norm);
            for (double[] row : x) {
                row[0] /= norm;
            }
        }
        return norm;
    }

    @Test
    void symmetricFitIsNearerThanAnyOther() {
        Random random = new Random(3);
        for (String topology : List.of("star", "two-cliques", "3-tree", "erdos-renyi-0.4")) {
            Graph graph = Topologies.graph(topology, 12);
            double[][] uniform = weights("uniform", graph);
            double[][] fit = weights("symmetric", graph);
            for (int trial = 0; trial < 50; trial++) {
                double[][] other = new double[12][12];
                for (Edge edge : graph.edges()) {
                    double change = 0.01 * random.nextGaussian();
                    other[edge.a()][edge.b()] = fit[edge.a()][edge.b()] + change;
                }
                double[][] moved = SymmetricWeights.weights(graph, other).toDense();
                assertTrue(squaredDistance(moved, uniform) > squaredDistance(fit, uniform), topology);
            }
        }
    }

    private static double squaredDistance(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                sum += square(a[i][j] - b[i][j]);
            }
        }
        return sum;
    }

    @Test
    void whatRoundingLeavesOfARowIsNoWeight() {
        double[][] tenths = new double[11][11];
        Arrays.stream(tenths).forEach(row -> Arrays.fill(row, 0.1));
        MixingMatrix w = SymmetricWeights.weights(Graphs.star(11, 0), tenths);
        assertEquals(10, w.rowStart(1));
        assertEquals(0, w.get(0, 0));
    }

    @Test
    void refusesParametersThatDoNotFit() {
        double[][] two = {{1, 1}, {1, 1}};
        double[][] negative = {{1, 1, 1}, {1, -0.5, 1}, {1, 1, 1}};
        double[][] ones = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
        double[][] notANumber = {{1, Double.NaN, 1}, {1, 1, 1}, {1, 1, 1}};

        assertEquals("weights of 3 workers need 3 x 3 parameters", refusal(() -> SymmetricWeights.weights(PATH, two)));
        assertEquals("weights of 3 workers need 3 x 3 parameters", refusal(() -> Sinkhorn.weights(PATH, two, 5)));
        assertEquals("Sinkhorn scaling needs positive parameters, got -0.5 in row 1, column 1",
                refusal(() -> Sinkhorn.weights(PATH, negative, 5)));
        assertEquals("Sinkhorn scaling needs at least 1 iteration, got 0",
                refusal(() -> Sinkhorn.weights(PATH, ones, 0)));
        assertEquals("each row of a mixing matrix sums to 1, or each column does, but row 0 of this one sums to NaN",
                refusal(() -> SymmetricWeights.weights(PATH, notANumber)));
        assertEquals("best-constant weights need a connected graph of at least 2 workers",
                refusal(() -> ConstantWeights.fastest(Graph.of(3, List.of(new Edge(0, 1))))));
    }

    private static String refusal(Executable executable) {
        return assertThrows(IllegalArgumentException.class, executable).getMessage();
    }
}
