package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What checks let pass, and what they say of the rest. */
class SchemeChecksTest {

    private static Scheme named(String name, int n) {
        return Topologies.parse(name, n);
    }

    private static void accepts(Consumer<Supplier<Scheme>> check, Scheme... schemes) {
        for (Scheme scheme : schemes) {
            assertDoesNotThrow(() -> check.accept(() -> scheme), scheme.name());
        }
    }

    private static void refuses(Consumer<Supplier<Scheme>> check, Scheme scheme, String sentence) {
        assertEquals(sentence, assertThrows(IllegalArgumentException.class, () -> check.accept(() -> scheme))
                .getMessage());
    }

    private static Scheme matrix(double[]... rows) {
        return PeriodicScheme.constant("x", MixingMatrix.of(rows));
    }

    @Test
    void theSameMatrixAtEveryStep() {
        accepts(SchemeChecks::isStatic, named("ring", 8), named("uni-ring", 8));
        refuses(SchemeChecks::isStatic, named("time-varying-exponential", 8), "the mixing matrix has to be the same at"
                + " every step, but time-varying-exponential has 3 in turns; take a static topology, such as ring");
        refuses(SchemeChecks::isStatic, new DrawnScheme("drawn", 3, step -> MixingMatrix.uniform(3)), "the mixing"
                + " matrix has to be the same at every step, but drawn has new ones for ever; take a static topology, such"
                + " as ring");
    }

    @Test
    void symmetry() {
        accepts(SchemeChecks::isSymmetric, named("ring", 8), named("one-peer-ring", 8), named("star", 5),
                MixingOperators.localSteps(named("ring", 8), 100_000));
        refuses(SchemeChecks::isSymmetric, named("uni-ring", 4), "mixing matrices have to be symmetric, but in"
                + " uni-ring, W[0][1] = 0.5000 and W[1][0] = 0.000; take an undirected topology with its own weights,"
                + " such as ring");
        refuses(SchemeChecks::isSymmetric, new PeriodicScheme("x", List.of(MixingMatrix.uniform(3), named("uni-ring", 3)
                .at(0))), "mixing matrices have to be symmetric, but in x at step 1, W[0][1] = 0.5000 and W[1][0] ="
                + " 0.000; take an undirected topology with its own weights, such as ring");
        refuses(SchemeChecks::isSymmetric, MixingOperators.localSteps(named("uni-ring", 4), 100_000),
                "mixing matrices have to be symmetric, but those of uni-ring every 100000 steps are not; take an"
                        + " undirected topology with its own weights, such as ring");
    }

    @Test
    void sums() {
        Scheme rows = matrix(new double[] {0.5, 0.5}, new double[] {0.25, 0.75});
        Scheme columns = matrix(new double[] {0.5, 0.25}, new double[] {0.5, 0.75});
        accepts(SchemeChecks::keepsPushSumWeights, named("ring", 8), named("uni-ring", 8), columns);
        accepts(SchemeChecks::isDoublyStochastic, named("ring", 8), named("uni-ring", 8));
        refuses(SchemeChecks::keepsPushSumWeights, rows, "columns of mixing matrices have to sum to 1, but in x,"
                + " column 0 sums to 0.7500; take a topology whose workers give away shares of what they have, such as"
                + " ring or uni-ring");
        refuses(SchemeChecks::isDoublyStochastic, rows, "rows and columns of mixing matrices have to sum to 1, but"
                + " in x, column 0 sums to 0.7500; take a topology with its own weights, such as ring");
        refuses(SchemeChecks::isDoublyStochastic, columns, "rows and columns of mixing matrices have to sum to 1,"
                + " but in x, row 0 sums to 0.7500; take a topology with its own weights, such as ring");
    }

    /** That of an even ring is -1/3 exactly; of an odd one, 1/3 + 2/3 cos(pi (n - 1) / n). */
    @Test
    void eigenvaluesAboveMinusOneThird() {
        accepts(SchemeChecks::isAboveMinusOneThird, named("ring", 7), named("ring", 101), named("fully-connected", 8),
                named("solo", 1), MixingOperators.stepSize(named("ring", 8), 0.5),
                MixingOperators.rounds(named("ring", 8), 2), named("star", 16));
        for (int n : new int[] {8, 64, 500}) {
            refuses(SchemeChecks::isAboveMinusOneThird, named("ring", n), "the smallest eigenvalue of the mixing matrix"
                    + " has to be above -1/3, but that of ring is -0.3333; take ring+lazy, or a smaller"
                    + " consensus-step-size, such as 0.5");
        }
        refuses(SchemeChecks::isAboveMinusOneThird, matrix(new double[] {0, 1}, new double[] {1, 0}),
                "the smallest eigenvalue of the mixing matrix has to be above -1/3, but that of x is -1.000; take a"
                        + " smaller consensus-step-size, such as 0.5");
        refuses(SchemeChecks::isAboveMinusOneThird, named("ring+uniform", 8), "the smallest eigenvalue of the mixing"
                + " matrix has to be above -1/3, but that of ring+uniform is -0.3333; take ring+uniform+lazy, or a"
                + " smaller consensus-step-size, such as 0.5");
        Scheme longer = MixingOperators.stepSize(matrix(new double[] {0, 1}, new double[] {1, 0}), 0.9);
        refuses(SchemeChecks::isAboveMinusOneThird, longer, "the smallest eigenvalue of the mixing matrix has to be"
                + " above -1/3, but that of x, step size 0.9 is -0.8000; take a smaller consensus-step-size, such as"
                + " 0.5");
        refuses(SchemeChecks::isAboveMinusOneThird, named("uni-ring", 4), "mixing matrices have to be symmetric,"
                + " but in uni-ring, W[0][1] = 0.5000 and W[1][0] = 0.000; take an undirected topology with its own"
                + " weights, such as ring+lazy");
        refuses(SchemeChecks::isAboveMinusOneThird, named("time-varying-exponential", 8), "the mixing matrix has"
                + " to be the same at every step, but time-varying-exponential has 3 in turns; take a static topology,"
                + " such as ring+lazy");
        accepts(SchemeChecks::isAboveMinusOneThird, named("ring+lazy", 8));
    }

    /** With 1 - gamma + gamma lambda above -1/3, gamma is below 1/3 for -3; now 0.45 and -0.8 say the same. */
    @Test
    void aStepSizeThatIsSmallEnough() {
        Scheme far = matrix(new double[] {-1, 2}, new double[] {2, -1});
        refuses(SchemeChecks::isAboveMinusOneThird, far, "the smallest eigenvalue of the mixing matrix has to be above"
                + " -1/3, but that of x is -3.000; take a smaller consensus-step-size, such as 0.2");
        refuses(SchemeChecks::isAboveMinusOneThird, MixingOperators.stepSize(far, 0.45), "the smallest eigenvalue of"
                + " the mixing matrix has to be above -1/3, but that of x, step size 0.45 is -0.8000; take a smaller"
                + " consensus-step-size, such as 0.2");
        accepts(SchemeChecks::isAboveMinusOneThird, MixingOperators.stepSize(far, 0.2));
    }

    @Test
    void weightsOfPushSum() {
        MixingMatrix shares = named("uni-ring", 2).at(0);
        refuses(SchemeChecks::keepsPushSumWeights, matrix(new double[] {1.5, 0.5}, new double[] {-0.5, 0.5}),
                "weights must not be negative, but in x, W[1][0] = -0.5000; take a topology whose workers give away"
                        + " shares of what they have, such as ring or uni-ring");
        refuses(SchemeChecks::keepsPushSumWeights, new PeriodicScheme("x", List.of(shares,
                MixingMatrix.ofAnyRows(2, i -> i == 0 ? new double[] {1, 1} : new double[2]))), "every worker has to"
                + " keep or receive a share at every step, but in x at step 1, worker 1 is left with nothing; take a"
                + " topology whose workers give away shares of what they have, such as ring or uni-ring");
        accepts(SchemeChecks::keepsPushSumWeights, MixingOperators.fastMix(named("ring", 8), 3),
                named("random-digraph-2", 8), named("redrawn-random-digraph-2", 8));
    }

    @Test
    @Tag("slow")
    void eigenvaluesOfThousandsOfWorkers() {
        assertThrows(IllegalArgumentException.class,
                () -> SchemeChecks.isAboveMinusOneThird(() -> named("ring", 4096)));
        accepts(SchemeChecks::isAboveMinusOneThird, named("ring", 4095));
    }

    @Test
    void trees() {
        assertEquals(3, SchemeChecks.isTree(() -> named("chain", 4)).hops(3));
        refuses(SchemeChecks::isTree, named("ring", 3), "connections have to be those of a tree, but that of"
                + " workers 1 and 2 closes a cycle; take a tree, such as binary-tree, chain or star");
        refuses(SchemeChecks::isTree, named("one-peer-chain", 5), "the mixing matrix has to be the same at every step,"
                + " but one-peer-chain has 2 in turns; take a static tree, such as binary-tree, chain or star");
    }

    @Test
    void connections() {
        accepts(SchemeChecks::isConnected, named("time-varying-ring", 8), named("uni-ring", 5),
                MixingOperators.localSteps(named("uni-ring", 5), 100_000));
        refuses(SchemeChecks::isConnected, named("solo", 4), "what a worker knows has to reach all others in the end,"
                + " but with solo worker 0 never hears from worker 1; take a connected topology, such as ring");
        refuses(SchemeChecks::isConnected, matrix(new double[] {1, 0}, new double[] {0.5, 0.5}), "what a worker knows"
                + " has to reach all others in the end, but with x worker 0 never hears from worker 1; take a"
                + " connected topology, such as ring");
        refuses(SchemeChecks::isConnected, matrix(new double[] {0.5, 0.5}, new double[] {0, 1}), "what a worker knows"
                + " has to reach all others in the end, but with x worker 1 never hears from worker 0; take a"
                + " connected topology, such as ring");
    }
}
