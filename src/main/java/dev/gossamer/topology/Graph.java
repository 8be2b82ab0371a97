package dev.gossamer.topology;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.RandomAccess;

/**
 * An undirected graph of workers 0, ..., n - 1, without loops. Parallel edges count in the degree of their ends, and
 * are one edge otherwise. Immutable.
 */
public final class Graph {

    /** An edge between two workers, in either order. */
    public record Edge(int a, int b) {}

    private final int[] degrees;
    private final List<List<Integer>> neighbours;

    private Graph(int[] degrees, List<List<Integer>> neighbours) {
        this.degrees = degrees;
        this.neighbours = neighbours;
    }

    /**
     * A graph of n workers and these edges.
     *
     * @param workers number of workers n, at least 1
     * @throws IllegalArgumentException if there is no worker, an edge leaves the range [0, n), or joins a worker to
     *     itself
     */
    public static Graph of(int workers, List<Edge> edges) {
        if (workers < 1) {
            throw new IllegalArgumentException("a graph needs at least one worker");
        }
        int[] degrees = new int[workers];
        for (Edge edge : edges) {
            check(edge, workers);
            degrees[edge.a()]++;
            degrees[edge.b()]++;
        }
        int[][] ends = new int[workers][];
        Arrays.setAll(ends, i -> new int[degrees[i]]);
        int[] filled = new int[workers];
        for (Edge edge : edges) {
            ends[edge.a()][filled[edge.a()]++] = edge.b();
            ends[edge.b()][filled[edge.b()]++] = edge.a();
        }
        return new Graph(degrees, Arrays.stream(ends).map(Graph::distinct).toList());
    }

    /**
     * A graph without parallel edges of workers whose neighbours of higher numbers are known.
     *
     * @param above for each worker its neighbours with higher numbers, ascending, each once; not copied
     */
    static Graph ofNeighboursAbove(int[][] above) {
        int[] degrees = new int[above.length];
        for (int a = 0; a < above.length; a++) {
            degrees[a] += above[a].length;
            for (int b : above[a]) {
                degrees[b]++;
            }
        }
        int[][] ends = new int[above.length][];
        Arrays.setAll(ends, i -> new int[degrees[i]]);
        int[] filled = new int[above.length];
        for (int a = 0; a < above.length; a++) {
            for (int b : above[a]) {
                ends[b][filled[b]++] = a;
            }
        }
        for (int a = 0; a < above.length; a++) {
            System.arraycopy(above[a], 0, ends[a], filled[a], above[a].length);
        }
        return new Graph(degrees, Arrays.stream(ends).<List<Integer>>map(Numbers::new).toList());
    }

    /** Whether edges lead from every worker to every other. */
    boolean isConnected() {
        BitSet reached = new BitSet(workers());
        int[] open = new int[workers()];
        int size = 1;
        reached.set(0);
        while (size > 0) {
            for (int next : neighbours(open[--size])) {
                if (!reached.get(next)) {
                    reached.set(next);
                    open[size++] = next;
                }
            }
        }
        return reached.cardinality() == workers();
    }

    /** Ascending, each once; held as plain numbers, since a graph may have millions. */
    private static List<Integer> distinct(int[] numbers) {
        return new Numbers(Arrays.stream(numbers).sorted().distinct().toArray());
    }

    /** A list that cannot be changed. */
    private static final class Numbers extends AbstractList<Integer> implements RandomAccess {
        private final int[] numbers;

        private Numbers(int[] numbers) {
            this.numbers = numbers;
        }

        @Override
        public Integer get(int index) {
            return numbers[index];
        }

        @Override
        public int size() {
            return numbers.length;
        }
    }

    private static void check(Edge edge, int workers) {
        if (Math.min(edge.a(), edge.b()) < 0 || Math.max(edge.a(), edge.b()) >= workers || edge.a() == edge.b()) {
            throw new IllegalArgumentException("an edge joins two different workers of 0 to " + (workers - 1)
                    + ", got " + edge.a() + "-" + edge.b());
        }
    }

    /** Number of workers n. */
    public int workers() {
        return degrees.length;
    }

    /** Number of edges at worker i, parallel ones included. */
    public int degree(int i) {
        return degrees[i];
    }

    /** Every edge once, parallel ones being one, as {@code a < b}, in ascending order of a and then b. */
    public List<Edge> edges() {
        List<Edge> edges = new ArrayList<>();
        for (int a = 0; a < workers(); a++) {
            for (int b : neighbours(a)) {
                if (a < b) {
                    edges.add(new Edge(a, b));
                }
            }
        }
        return edges;
    }

    /** The largest number of distinct neighbours of any worker. */
    public int maxNeighbours() {
        return neighbours.stream().mapToInt(List::size).max().orElseThrow();
    }

    /** The workers that an edge joins to worker i, each once, ascending. */
    public List<Integer> neighbours(int i) {
        return neighbours.get(i);
    }
}
