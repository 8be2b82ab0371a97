package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Who is joined to whom, n x n bits, while a graph is read. */
final class Adjacency {

    private final BitSet[] rows;

    Adjacency(int workers) {
        rows = new BitSet[workers];
        Arrays.setAll(rows, i -> new BitSet());
    }

    /** Joins two workers in one direction. */
    void set(int from, int to) {
        rows[from].set(to);
    }

    /** Joins two workers in both directions. */
    void join(int a, int b) {
        set(a, b);
        set(b, a);
    }

    boolean has(int from, int to) {
        return rows[from].get(to);
    }

    /**
     * The graph of those that are joined; that a worker is joined to itself does not matter.
     *
     * @param numbers number of the worker that each place stands for
     */
    Graph graph(int[] numbers) {
        List<Edge> edges = new ArrayList<>();
        for (int a = 0; a < rows.length; a++) {
            for (int b = rows[a].nextSetBit(a + 1); b >= 0; b = rows[a].nextSetBit(b + 1)) {
                edges.add(new Edge(numbers[a], numbers[b]));
            }
        }
        return Graph.of(rows.length, edges);
    }

    /**
     * The directed graph of those that are joined, from sender to receiver; that a worker is joined to itself does not
     * matter.
     *
     * @param numbers number of the worker that each place stands for
     */
    Digraph digraph(int[] numbers) {
        int[][] receivers = new int[rows.length][];
        for (int from = 0; from < rows.length; from++) {
            int place = from;
            receivers[numbers[from]] = rows[from].stream().filter(to -> to != place).map(to -> numbers[to]).sorted()
                    .toArray();
        }
        return new Digraph(receivers);
    }
}
