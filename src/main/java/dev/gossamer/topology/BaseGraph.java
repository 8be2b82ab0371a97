package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * The Base-(k+1) graph: exact averaging of any number of workers in O(log_(k+1) n) rounds of degree at most k, by
 * symmetric doubly stochastic matrices.
 *
 * @see <a href="https://arxiv.org/abs/2305.11420">Y. Takezawa, R. Sato, H. Bao, K. Niwa, M. Yamada: Beyond exponential
 *     graph: communication-efficient topologies for decentralized learning via finite-time convergence. NeurIPS 2023,
 *     algorithm 3</a>
 */
final class BaseGraph {

    private BaseGraph() {}

    /** The simple Base-(k+1) graph of all workers. */
    static List<MixingMatrix> simple(int workers, int degree) {
        Sizes.requireDegree("simple-base-K", degree);
        Sizes.requireAtLeast("simple-base-" + degree, 2, workers);
        SimpleBase base = new SimpleBase(workers, degree);
        List<MixingMatrix> phases = new ArrayList<>();
        for (int round = 0; round < base.rounds(); round++) {
            MixingMatrixBuilder w = new MixingMatrixBuilder(workers);
            base.addRound(w, 0, round);
            phases.add(w.build());
        }
        return phases;
    }

    /**
     * With n = q r, q without prime factors above k + 1 and as large as possible: the simple graph in q blocks of r
     * workers, then a hyper-hypercube of q across the blocks; or the simple graph of all workers, if that is shorter.
     */
    static List<MixingMatrix> phases(int workers, int degree) {
        Sizes.requireDegree("base-K", degree);
        Sizes.requireAtLeast("base-" + degree, 2, workers);
        int blocks = HyperHypercube.smoothPart(workers, degree);
        SimpleBase inside = new SimpleBase(workers / blocks, degree);
        int across = HyperHypercube.rounds(blocks, degree);
        if (new SimpleBase(workers, degree).rounds() < inside.rounds() + across) {
            return simple(workers, degree);
        }
        List<MixingMatrix> phases = new ArrayList<>();
        for (int round = 0; round < inside.rounds(); round++) {
            phases.add(roundInside(inside, blocks, round));
        }
        for (int round = 0; round < across; round++) {
            phases.add(roundAcross(workers, degree, blocks, round));
        }
        return phases;
    }

    private static MixingMatrix roundInside(SimpleBase inside, int blocks, int round) {
        MixingMatrixBuilder w = new MixingMatrixBuilder(inside.workers() * blocks);
        for (int block = 0; block < blocks; block++) {
            inside.addRound(w, block * inside.workers(), round);
        }
        return w.build();
    }

    private static MixingMatrix roundAcross(int workers, int degree, int blocks, int round) {
        MixingMatrixBuilder w = new MixingMatrixBuilder(workers);
        int stride = workers / blocks;
        for (int position = 0; position < stride; position++) {
            HyperHypercube.addRound(w, new WorkerRange(position, stride, blocks), degree, round);
        }
        return w.build();
    }
}
