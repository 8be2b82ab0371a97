package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.util.ArrayList;
import java.util.List;

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
        if (workers == 2) {
            return Graph.of(2, List.of(new Edge(0, 1)));
        }
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            edges.add(new Edge(i, (i + 1) % workers));
        }
        return Graph.of(workers, edges);
    }

    /**
     * Worker 0 joined to every other.
     *
     * @throws IllegalArgumentException if there are fewer than 2 workers
     */
    public static Graph star(int workers) {
        Sizes.requireAtLeast("star", 2, workers);
        List<Edge> edges = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            edges.add(new Edge(0, i));
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
     * A helical torus of rows x columns workers: worker i is joined to i + 1 and to i + columns, modulo n. Every
     * worker has degree 4; where two of its four edges lead to the same worker (two rows), they are parallel.
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
}
