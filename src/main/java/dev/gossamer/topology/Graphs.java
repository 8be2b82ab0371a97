package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.util.ArrayList;
import java.util.List;
import org.jgrapht.generate.CompleteGraphGenerator;
import org.jgrapht.generate.GridGraphGenerator;
import org.jgrapht.generate.LinearGraphGenerator;
import org.jgrapht.generate.RingGraphGenerator;

/** Constructors of undirected graphs, checked with one sentence where the number of workers does not fit. */
public final class Graphs {

    private Graphs() {}

    /**
     * A cycle: worker i and worker i + 1, modulo n. With two workers, their one edge.
     *
     * @throws IllegalArgumentException if there are fewer than 2 workers
     */
    public static Graph ring(int workers) {
        Sizes.requireAtLeast("ring", 2, workers);
        return JGraphTGraphs.generated(new RingGraphGenerator<>(workers));
    }

    /**
     * A path: worker i and worker i + 1.
     *
     * @throws IllegalArgumentException if there are fewer than 2 workers
     */
    public static Graph chain(int workers) {
        Sizes.requireAtLeast("chain", 2, workers);
        return JGraphTGraphs.generated(new LinearGraphGenerator<>(workers));
    }

    /**
     * Every worker joined to every other.
     *
     * @throws IllegalArgumentException if there is no worker
     */
    public static Graph complete(int workers) {
        Sizes.requireAtLeast("fully-connected", 1, workers);
        return JGraphTGraphs.generated(new CompleteGraphGenerator<>(workers));
    }

    /**
     * One worker, the centre, joined to every other.
     *
     * @param centre the centre, 0 to n - 1
     * @throws IllegalArgumentException if there are fewer than 2 workers, or the centre is none of them
     */
    public static Graph star(int workers, int centre) {
        Sizes.requireAtLeast("star", 2, workers);
        if (centre < 0 || centre >= workers) {
            throw new IllegalArgumentException(
                    "star needs a centre of 0 to " + (workers - 1) + " for " + workers + " workers, got " + centre);
        }
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            if (i != centre) {
                edges.add(new Edge(centre, i));
            }
        }
        return Graph.of(workers, edges);
    }

    /**
     * Workers whose numbers differ in one binary digit: degree log2 n.
     *
     * @throws IllegalArgumentException if the number of workers is not a power of two, or below 2
     */
    public static Graph hypercube(int workers) {
        Sizes.requirePowerOfTwo("hypercube", workers);
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            for (int bit = 1; bit < workers; bit *= 2) {
                if ((i & bit) == 0) {
                    edges.add(new Edge(i, i | bit));
                }
            }
        }
        return Graph.of(workers, edges);
    }

    /**
     * A helical torus of rows x columns workers: worker i is joined to i + 1 and to i + columns, modulo n. Every worker
     * has degree 4; where two of its four edges lead to the same worker (two rows), they are parallel.
     *
     * @throws IllegalArgumentException if there are fewer than 2 rows or columns
     */
    public static Graph torus(int rows, int columns) {
        Sizes.requireSides("torus", rows, columns);
        int workers = Math.multiplyExact(rows, columns);
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            edges.add(new Edge(i, (i + 1) % workers));
            edges.add(new Edge(i, (i + columns) % workers));
        }
        return Graph.of(workers, edges);
    }

    /**
     * A grid (mesh) of rows x columns workers without wrap, numbered row by row: at most 4 neighbours.
     *
     * @throws IllegalArgumentException if there are fewer than 2 rows or columns
     */
    public static Graph grid(int rows, int columns) {
        Sizes.requireSides("grid", rows, columns);
        return JGraphTGraphs.generated(new GridGraphGenerator<>(rows, columns));
    }

    /**
     * Two complete graphs, of workers below floor(n / 2) and from there on, and a bridge between their first workers.
     *
     * @throws IllegalArgumentException if there are fewer than 2 workers
     */
    public static Graph twoCliques(int workers) {
        checkTwoCliques(workers);
        int half = workers / 2;
        List<Edge> edges = new ArrayList<>();
        edges.add(new Edge(0, half));
        addClique(edges, 0, half);
        addClique(edges, half, workers);
        return Graph.of(workers, edges);
    }

    static void checkTwoCliques(int workers) {
        Sizes.requireAtLeast("two-cliques", 2, workers);
    }

    private static void addClique(List<Edge> edges, int first, int end) {
        for (int a = first; a < end; a++) {
            for (int b = a + 1; b < end; b++) {
                edges.add(new Edge(a, b));
            }
        }
    }
}
