package dev.gossamer.topology;

import java.util.Arrays;
import java.util.Random;

/**
 * Matrices made for a spectral gap rather than out of a graph.
 *
 * @see <a href="https://arxiv.org/abs/2206.03093">T. Vogels, H. Hendrikx, M. Jaggi: Beyond spectral gap: the role of
 *     the topology in decentralized learning. NeurIPS 2022</a>
 */
final class Artificial {

    private Artificial() {}

    /**
     * {@code gap J/n + (1 - gap) I}: every eigenvalue but one is 1 - gap, the worst topology of this spectral gap.
     *
     * @param topology the name, for messages
     * @param gap the spectral gap, 0 to 1
     */
    static MixingMatrix mix(String topology, int workers, double gap) {
        checkGap(topology, gap);
        return MixingMatrix.ofRows(workers, i -> {
            double[] row = new double[workers];
            Arrays.fill(row, gap / workers);
            row[i] += 1 - gap;
            return row;
        });
    }

    /**
     * {@code J/n + (1 - gap) v v^T}, v a random unit vector orthogonal to ones: a single eigenvalue is 1 - gap, all
     * others are 0, the best topology of this spectral gap. Some weights are negative.
     *
     * @param gap the spectral gap, 0 to 1
     * @param seed the seed of v
     */
    static MixingMatrix nice(int workers, double gap, long seed) {
        checkNice(workers, gap);
        double[] v = unitVectorOrthogonalToOnes(workers, seed);
        return MixingMatrix.ofRows(workers, i -> {
            double[] row = new double[workers];
            for (int j = 0; j < workers; j++) {
                row[j] = 1.0 / workers + (1 - gap) * v[i] * v[j];
            }
            return row;
        });
    }

    static void checkNice(int workers, double gap) {
        checkGap("artificial-nice-R", gap);
        Sizes.requireAtLeast("artificial-nice", 2, workers);
    }

    static void checkGap(String topology, double gap) {
        if (!(gap >= 0 && gap <= 1)) {
            throw new IllegalArgumentException(topology + " needs a spectral gap of 0 to 1, got " + gap);
        }
    }

    private static double[] unitVectorOrthogonalToOnes(int workers, long seed) {
        Random random = new Random(seed);
        double[] v = new double[workers];
        Arrays.setAll(v, i -> random.nextGaussian());
        double mean = Arrays.stream(v).average().orElseThrow();
        Arrays.setAll(v, i -> v[i] - mean);
        double norm = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
        Arrays.setAll(v, i -> v[i] / norm);
        return v;
    }
}
