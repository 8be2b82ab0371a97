package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Graph.Edge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

class GraphsTest {

    /** The edges of a definition: all a &lt; b for which it holds. */
    private static List<Edge> edges(int workers, BiPredicate<Integer, Integer> joined) {
        List<Edge> edges = new ArrayList<>();
        for (int a = 0; a < workers; a++) {
            for (int b = a + 1; b < workers; b++) {
                if (joined.test(a, b)) {
                    edges.add(new Edge(a, b));
                }
            }
        }
        return edges;
    }

    @Test
    void graphsAreThoseOfTheirDefinitions() {
        for (int n = 2; n <= 40; n++) {
            int last = n - 1;
            int half = n / 2;
            assertEquals(edges(n, (a, b) -> b - a == 1 || b - a == last), Graphs.ring(n).edges());
            assertEquals(edges(n, (a, b) -> b - a == 1), Graphs.chain(n).edges());
            assertEquals(edges(n, (a, b) -> true), Graphs.complete(n).edges());
            assertEquals(edges(n, (a, b) -> a == half || b == half), Graphs.star(n, half).edges());
            assertEquals(edges(n, (a, b) -> a < half == b < half || a == 0 && b == half), Graphs.twoCliques(n).edges());
            assertEquals(edges(n, (a, b) -> a == b / 2), Trees.binary(n).edges());
        }
        assertEquals(edges(16, (a, b) -> Integer.bitCount(a ^ b) == 1), Graphs.hypercube(16).edges());
    }

    @Test
    void gridsAndToriAreThoseOfTheirDefinitions() {
        for (int rows = 2; rows <= 6; rows++) {
            for (int columns = 2; columns <= 6; columns++) {
                int n = rows * columns;
                int c = columns;
                assertEquals(
                        edges(n, (a, b) -> Math.abs(a / c - b / c) + Math.abs(a % c - b % c) == 1),
                        Graphs.grid(rows, columns).edges());
                assertEquals(
                        edges(n, (a, b) -> List.of(1, n - 1, c, n - c).contains(b - a)),
                        Graphs.torus(rows, columns).edges());
            }
        }
    }

    @Test
    void innerWorkersOfARegularTreeHaveTheDegreeOfItsName() {
        for (int degree = 2; degree <= 5; degree++) {
            for (int n = 2; n <= 60; n++) {
                Graph tree = Trees.regular(n, degree);
                assertEquals(n - 1, tree.edges().size());
                assertTrue(isConnected(tree));
                int leaves = 0;
                int full = 0;
                for (int i = 0; i < n; i++) {
                    leaves += tree.degree(i) == 1 ? 1 : 0;
                    full += tree.degree(i) == degree ? 1 : 0;
                }
                assertTrue(leaves + full >= n - 1, "one worker may be between, n = " + n + ", degree " + degree);
            }
        }
    }

    @Test
    void almostEveryInnerWorkerOfOneBinaryTreeIsALeafOfTheOther() {
        for (int n = 4; n <= 60; n++) {
            Graph tree = Trees.binary(n);
            Graph reversed = Trees.reversedBinary(n);
            int innerInBoth = 0;
            for (int i = 0; i < n; i++) {
                assertEquals(tree.degree(i), reversed.degree(n - 1 - i));
                innerInBoth += tree.degree(i) > 1 && reversed.degree(i) > 1 ? 1 : 0;
            }
            assertTrue(innerInBoth <= 2, "n = " + n);
        }
    }

    private static boolean isConnected(Graph graph) {
        return PeriodicScheme.constant("x", MetropolisHastings.weights(graph)).isConnected();
    }

    @Test
    void shortestPathTreeHoldsTheSmallestOfTheShortestPaths() {
        Random random = new Random(5);
        for (int n = 2; n <= 9; n++) {
            Graph graph = RandomGraphs.erdosRenyi(n, 0.5, n);
            int root = random.nextInt(n);
            Graph tree = Trees.shortestPaths(graph, root);
            assertEquals(n - 1, tree.edges().size());
            for (int target = 0; target < n; target++) {
                assertEquals(smallestPath(graph, root, target), smallestPath(tree, root, target));
            }
        }
    }

    /** By brute force: of all simple paths, the shortest; of these, the first in the order of the dictionary. */
    private static List<Integer> smallestPath(Graph graph, int from, int to) {
        List<List<Integer>> paths = new ArrayList<>();
        collect(graph, new ArrayList<>(List.of(from)), to, paths);
        Comparator<List<Integer>> dictionary = Comparator.comparing(Object::toString);
        Comparator<List<Integer>> shortest = Comparator.comparingInt(List::size);
        return paths.stream().min(shortest.thenComparing(dictionary)).orElseThrow();
    }

    private static void collect(Graph graph, List<Integer> path, int to, List<List<Integer>> paths) {
        int end = path.get(path.size() - 1);
        if (end == to) {
            paths.add(List.copyOf(path));
            return;
        }
        for (int next : graph.neighbours(end)) {
            if (!path.contains(next)) {
                path.add(next);
                collect(graph, path, to, paths);
                path.remove(path.size() - 1);
            }
        }
    }

    @Test
    void shortestPathTreeNeedsAConnectedGraph() {
        Graph apart = Graph.of(4, List.of(new Edge(0, 1), new Edge(2, 3)));

        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Trees.shortestPaths(apart, 0));

        assertEquals(
                "a shortest-path tree needs a connected graph, but worker 0 reaches 1 of 3 others",
                refusal.getMessage());
    }
}
