package dev.gossamer.topology;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The messages of a mixing matrix as a rooted tree: worker 0 is the root, and workers are joined that receive from each
 * other. Immutable.
 */
public final class Tree {

    private final int[] parents;
    private final int[] hops;
    private final int[] sizes;

    private Tree(int[] parents, int[] hops, int[] sizes) {
        this.parents = parents;
        this.hops = hops;
        this.sizes = sizes;
    }

    /**
     * The tree of the weights off the diagonal, whatever their values.
     *
     * @throws IllegalArgumentException if they are those of no tree, with a sentence for the user
     */
    public static Tree of(MixingMatrix w) {
        int n = w.workers();
        int[] parents = new int[n];
        int[] hops = new int[n];
        int[] order = new int[n];
        boolean[] reached = new boolean[n];
        parents[0] = -1;
        reached[0] = true;
        int found = 1;
        for (int next = 0; next < found; next++) {
            int i = order[next];
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                int j = w.column(k);
                if (j == i || j == parents[i]) {
                    continue;
                }
                requireBothWays(w, i, j);
                if (reached[j]) {
                    throw noTree("that of workers " + Math.min(i, j) + " and " + Math.max(i, j) + " closes a cycle");
                }
                reached[j] = true;
                parents[j] = i;
                hops[j] = hops[i] + 1;
                order[found++] = j;
            }
        }
        if (found < n) {
            int missed = IntStream.range(0, n).filter(i -> !reached[i]).findFirst().orElseThrow();
            throw noTree("nothing joins worker " + missed + " to worker 0");
        }
        requireAllBothWays(w);
        return new Tree(parents, hops, sizes(parents, order));
    }

    private static void requireAllBothWays(MixingMatrix w) {
        for (int i = 0; i < w.workers(); i++) {
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                requireBothWays(w, i, w.column(k));
            }
        }
    }

    private static void requireBothWays(MixingMatrix w, int i, int j) {
        if (w.get(j, i) == 0) {
            throw noTree("worker " + i + " receives from worker " + j + " and sends it nothing");
        }
    }

    private static IllegalArgumentException noTree(String reason) {
        return new IllegalArgumentException("connections have to be those of a tree, but " + reason
                + "; take a tree, such as binary-tree, chain or star");
    }

    /** Those furthest from the root first, so that each is complete before it counts for its parent. */
    private static int[] sizes(int[] parents, int[] order) {
        int[] sizes = new int[parents.length];
        Arrays.fill(sizes, 1);
        for (int k = order.length - 1; k > 0; k--) {
            sizes[parents[order[k]]] += sizes[order[k]];
        }
        return sizes;
    }

    /** Number of workers n, at least 1. */
    public int workers() {
        return parents.length;
    }

    /** The neighbour of worker i on the way to the root; -1 for the root. */
    public int parent(int i) {
        return parents[i];
    }

    /** Number of edges between worker i and the root. */
    public int hops(int i) {
        return hops[i];
    }

    /** Number of workers whose way to the root goes over worker i, itself included. */
    public int subtreeSize(int i) {
        return sizes[i];
    }

    /** Number of workers within so many edges of worker i, itself included. */
    public int within(int i, long edges) {
        return edges >= workers() - 1 ? workers()
                : (int) IntStream.range(0, workers()).filter(j -> edges(i, j) <= edges).count();
    }

    /** Number of edges between two workers. */
    private int edges(int i, int j) {
        int edges = 0;
        while (i != j) {
            if (hops[i] >= hops[j]) {
                i = parents[i];
            } else {
                j = parents[j];
            }
            edges++;
        }
        return edges;
    }

    /** What workers receive from their children, in sum: {@code C[i][k] = 1} where i is the parent of k. [n, n] */
    public MixingMatrix children() {
        return map(i -> k -> parents[k] == i);
    }

    /** What workers receive from their parent: {@code P[i][parent(i)] = 1}; the root's row is empty. [n, n] */
    public MixingMatrix parents() {
        return map(i -> k -> parents[i] == k);
    }

    /** What their parent's other children have, in sum: {@code S[i][k] = 1} where k is another child of i's parent. */
    public MixingMatrix siblings() {
        return map(i -> k -> k != i && parents[i] >= 0 && parents[k] == parents[i]);
    }

    private MixingMatrix map(IntFunction<IntPredicate> sends) {
        return MixingMatrix.ofAnyRows(workers(), i -> {
            IntPredicate sender = sends.apply(i);
            return IntStream.range(0, workers()).mapToDouble(k -> sender.test(k) ? 1 : 0).toArray();
        });
    }
}
