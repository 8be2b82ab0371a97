package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.traverse.BreadthFirstIterator;

/** Constructors of trees: n workers, n - 1 edges. */
public final class Trees {

    private Trees() {}

    /**
     * A binary tree: the parent of worker i is floor(i / 2), and that of worker 1 is worker 0, which has no other
     * child.
     *
     * @throws IllegalArgumentException if there are fewer than 2 workers
     */
    public static Graph binary(int workers) {
        Sizes.requireAtLeast("binary-tree", 2, workers);
        return ofParents(workers, i -> i / 2);
    }

    /**
     * The binary tree with the workers in reverse: worker i has the place of worker n - 1 - i, so that all but two of
     * the inner workers of one tree are leaves of the other.
     *
     * @throws IllegalArgumentException if there are fewer than 2 workers
     */
    public static Graph reversedBinary(int workers) {
        Sizes.requireAtLeast("binary-tree-reversed", 2, workers);
        List<Edge> edges = new ArrayList<>();
        for (Edge edge : binary(workers).edges()) {
            edges.add(new Edge(workers - 1 - edge.a(), workers - 1 - edge.b()));
        }
        return Graph.of(workers, edges);
    }

    /**
     * A tree whose inner workers all have degree k: the root, worker 0, has k children, every other worker k - 1,
     * filled level by level.
     *
     * @param degree the degree k, at least 2
     * @throws IllegalArgumentException if there are fewer than 2 workers, or the degree is below 2
     */
    public static Graph regular(int workers, int degree) {
        if (degree < 2) {
            throw new IllegalArgumentException("K-tree needs a degree K of at least 2, got " + degree);
        }
        Sizes.requireAtLeast(degree + "-tree", 2, workers);
        return ofParents(workers, i -> i <= degree ? 0 : (i - 2) / (degree - 1));
    }

    private static Graph ofParents(int workers, IntUnaryOperator parent) {
        List<Edge> edges = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            edges.add(new Edge(parent.applyAsInt(i), i));
        }
        return Graph.of(workers, edges);
    }

    /**
     * The shortest paths from a root to every other worker of a connected graph; of several, the lexicographically
     * smallest.
     *
     * @param root the worker where all paths start
     * @throws IllegalArgumentException if the root is no worker of the graph, or a worker cannot be reached from it
     */
    public static Graph shortestPaths(Graph graph, int root) {
        BreadthFirstIterator<Integer, DefaultEdge> workers =
                new BreadthFirstIterator<>(JGraphTGraphs.toJGraphT(graph), root);
        List<Edge> edges = new ArrayList<>();
        while (workers.hasNext()) {
            int worker = workers.next();
            if (worker != root) {
                edges.add(new Edge(workers.getParent(worker), worker));
            }
        }
        if (edges.size() < graph.workers() - 1) {
            throw new IllegalArgumentException("a shortest-path tree needs a connected graph, but worker " + root
                    + " reaches " + edges.size() + " of " + (graph.workers() - 1) + " others");
        }
        return Graph.of(graph.workers(), edges);
    }
}
