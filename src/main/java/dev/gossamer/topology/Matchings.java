package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jgrapht.alg.matching.SparseEdmondsMaximumCardinalityMatching;
import org.jgrapht.graph.DefaultEdge;

/** Schemes in which a worker talks to at most one other at a time: pairs average half and half, the others wait. */
final class Matchings {

    /** Number of random matchings until they repeat. */
    static final int RANDOM_MATCHINGS = 256;

    private Matchings() {}

    /**
     * The one-peer scheme of a graph: a largest matching of its edges, then one of the remaining edges, and so on until
     * every edge had its step. At least as many steps as the largest degree, and fewer than twice as many.
     *
     * @param graph a graph that {@link #checkOnePeer} lets pass
     */
    static List<MixingMatrix> onePeer(Graph graph) {
        org.jgrapht.Graph<Integer, DefaultEdge> rest = JGraphTGraphs.toJGraphT(graph);
        List<MixingMatrix> phases = new ArrayList<>();
        while (!rest.edgeSet().isEmpty()) {
            Set<DefaultEdge> matching = new SparseEdmondsMaximumCardinalityMatching<>(rest).getMatching().getEdges();
            MixingMatrixBuilder w = new MixingMatrixBuilder(graph.workers());
            for (DefaultEdge edge : matching) {
                w.exchange(rest.getEdgeSource(edge), rest.getEdgeTarget(edge), 0.5);
            }
            phases.add(w.build());
            rest.removeAllEdges(matching);
        }
        return phases;
    }

    /** @throws IllegalArgumentException if a graph has no edge */
    static void checkOnePeer(NamedGraph graph) {
        if (!graph.hasEdges()) {
            throw new IllegalArgumentException(
                    "one-peer-" + graph.name() + " needs a graph with edges, got one without");
        }
    }

    /**
     * Random pairs of all workers, anew at each of 256 steps; with an odd number of workers, one of them waits.
     *
     * @param seed the seed of all pairs
     */
    static List<MixingMatrix> random(int workers, long seed) {
        checkRandom(workers);
        Random random = new Random(seed);
        List<Integer> order = new ArrayList<>(IntStream.range(0, workers).boxed().toList());
        List<MixingMatrix> phases = new ArrayList<>();
        for (int step = 0; step < RANDOM_MATCHINGS; step++) {
            Collections.shuffle(order, random);
            phases.add(pairs(order));
        }
        return phases;
    }

    /**
     * Random pairs of all workers, anew at each step, without a period.
     *
     * @param seed the seed of all steps
     */
    static LongFunction<MixingMatrix> redrawn(int workers, long seed) {
        checkRandom(workers);
        return step -> {
            List<Integer> order = new ArrayList<>(IntStream.range(0, workers).boxed().toList());
            Collections.shuffle(order, new Random(DrawnScheme.seed(seed, step)));
            return pairs(order);
        };
    }

    /** The first with the second, the third with the fourth, and so on. */
    private static MixingMatrix pairs(List<Integer> order) {
        MixingMatrixBuilder w = new MixingMatrixBuilder(order.size());
        for (int i = 0; i + 1 < order.size(); i += 2) {
            w.exchange(order.get(i), order.get(i + 1), 0.5);
        }
        return w.build();
    }

    static void checkRandom(int workers) {
        Sizes.requireAtLeast("random-matching", 2, workers);
    }
}
