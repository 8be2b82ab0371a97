package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Directed topologies in which worker i receives from itself and from workers at fixed offsets ahead, modulo n, all
 * with the same weight. Every matrix is circulant and doubly stochastic.
 *
 * @see <a href="https://arxiv.org/abs/2110.13363">B. Ying, K. Yuan, Y. Chen, H. Hu, P. Pan, W. Yin: Exponential graph
 *     is provably efficient for decentralized deep training. NeurIPS 2021</a>
 */
final class Exponential {

    private Exponential() {}

    /** Offset 1: half and half. */
    static MixingMatrix unidirectionalRing(int workers) {
        Sizes.requireAtLeast("uni-ring", 2, workers);
        return matrix(workers, List.of(1));
    }

    /**
     * All powers of two below n at once: {@code tau = floor(log2(n - 1)) + 1} offsets, each with weight 1 / (tau + 1).
     */
    static MixingMatrix allPeers(int workers) {
        Sizes.requireAtLeast("static-exponential", 2, workers);
        return matrix(workers, powersOfTwoBelow(workers));
    }

    /**
     * One power of two after another, offset {@code 2^(t mod tau)} at step t: exact after tau steps if n is a power of
     * two.
     */
    static List<MixingMatrix> onePeer(int workers) {
        Sizes.requireAtLeast("time-varying-exponential", 2, workers);
        List<MixingMatrix> phases = new ArrayList<>();
        for (int offset : powersOfTwoBelow(workers)) {
            phases.add(matrix(workers, List.of(offset)));
        }
        return phases;
    }

    private static List<Integer> powersOfTwoBelow(int workers) {
        List<Integer> powers = new ArrayList<>();
        for (long power = 1; power < workers; power *= 2) {
            powers.add((int) power);
        }
        return powers;
    }

    private static MixingMatrix matrix(int workers, List<Integer> offsets) {
        MixingMatrixBuilder w = new MixingMatrixBuilder(workers);
        for (int i = 0; i < workers; i++) {
            for (int offset : offsets) {
                w.receive(i, (int) (((long) i + offset) % workers), 1.0 / (offsets.size() + 1));
            }
        }
        return w.build();
    }
}
