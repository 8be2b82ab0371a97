package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * The time-varying (one-peer) exponential scheme: at step t worker i averages itself, half and half, with worker
 * {@code i + 2^(t mod tau)} modulo n, where {@code tau = floor(log2(n - 1)) + 1}. For a power of two, tau = log2 n
 * steps average exactly. Every matrix is doubly stochastic.
 *
 * @see <a href="https://arxiv.org/abs/2110.13363">B. Ying, K. Yuan, Y. Chen, H. Hu, P. Pan, W. Yin: Exponential graph
 *     is provably efficient for decentralized deep training. NeurIPS 2021</a>
 */
final class OnePeerExponential {

    private static final String NAME = "time-varying-exponential";

    private OnePeerExponential() {}

    static Scheme scheme(int workers) {
        Sizes.requireAtLeast(NAME, 2, workers);
        List<MixingMatrix> phases = new ArrayList<>();
        for (long offset = 1; offset < workers; offset *= 2) {
            phases.add(matrix(workers, (int) offset));
        }
        return new PeriodicScheme(NAME, phases);
    }

    private static MixingMatrix matrix(int workers, int offset) {
        return MixingMatrix.ofRows(workers, i -> {
            double[] row = new double[workers];
            row[i] = 0.5;
            row[(int) (((long) i + offset) % workers)] = 0.5;
            return row;
        });
    }
}
