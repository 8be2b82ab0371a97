package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Schemes that alternate between few matrices. */
final class Alternating {

    private static final int MOST_LOCAL_STEPS = 100_000;

    private Alternating() {}

    /**
     * Workers i and i + 1, modulo n, with even i at even steps and odd i at odd steps; weight 2/3 for each other.
     *
     * @throws IllegalArgumentException if the number of workers is odd
     */
    static List<MixingMatrix> ring(int workers) {
        Sizes.requireEven("time-varying-ring", workers);
        return List.of(pairs(workers, 0), pairs(workers, 1));
    }

    private static MixingMatrix pairs(int workers, int first) {
        MixingMatrixBuilder w = new MixingMatrixBuilder(workers);
        for (int i = first; i < workers; i += 2) {
            w.exchange(i, (i + 1) % workers, 2.0 / 3);
        }
        return w.build();
    }

    /**
     * No communication for k - 1 steps, then exact averaging (local SGD).
     *
     * @param steps the period k, 1 to 100,000
     */
    static List<MixingMatrix> localSteps(int workers, int steps) {
        checkLocalSteps(steps);
        List<MixingMatrix> phases = new ArrayList<>(Collections.nCopies(steps - 1, MixingMatrix.identity(workers)));
        phases.add(MixingMatrix.uniform(workers));
        return phases;
    }

    static void checkLocalSteps(int steps) {
        if (steps < 1 || steps > MOST_LOCAL_STEPS) {
            throw new IllegalArgumentException(
                    "local-steps-K needs a number K of steps of 1 to " + MOST_LOCAL_STEPS + ", got " + steps);
        }
    }

    /**
     * The binary tree at even steps and its reverse at odd steps.
     *
     * @see <a href="https://doi.org/10.1016/j.parco.2009.09.001">P. Sanders, J. Speck, J. L. Träff: Two-tree algorithms
     *     for full bandwidth broadcast, reduction and scan. Parallel Computing 35, 2009</a>
     */
    static List<MixingMatrix> doubleBinaryTrees(int workers) {
        Sizes.requireAtLeast("double-binary-trees", 2, workers);
        return List.of(
                MetropolisHastings.weights(Trees.binary(workers)),
                MetropolisHastings.weights(Trees.reversedBinary(workers)));
    }
}
