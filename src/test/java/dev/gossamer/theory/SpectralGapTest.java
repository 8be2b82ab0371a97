package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralGapTest {

    @Test
    void closedForms() {
        assertEquals(2.0 / 3 * (1 - Math.cos(2 * Math.PI / 20)), gap("Ring", 20), 1e-13);
        assertEquals(1 - Math.cos(Math.PI / 20), gap("Uni-ring", 20), 1e-13);
        assertEquals(2.0 / 5, gap("Hypercube", 16), 1e-13);
        assertEquals(1.0 / 12, gap("Star", 12), 1e-13);
        assertEquals(2.0 / 3 * (1 - Math.cos(Math.PI / 20)), SpectralGap.of(RandomSchemes.chain(20)), 1e-13);
    }

    @Test
    void isOneOrZeroExactly() {
        assertEquals(1, gap("Fully connected", 6));
        assertEquals(1, gap("Fully connected", 1));
        assertEquals(1, gap("Time-varying exponential", 16));
        assertEquals(1, gap("Local steps (4)", 6));
        assertEquals(0, gap("Solo", 6));
        double[][] pairs = {{0.5, 0.5, 0, 0}, {0.5, 0.5, 0, 0}, {0, 0, 0.25, 0.75}, {0, 0, 0.75, 0.25}};
        assertEquals(0, SpectralGap.of(PeriodicScheme.constant("two pairs", MixingMatrix.of(pairs))));
    }

    /** Without the mean, J/n, the second largest eigenvalue of a doubly stochastic product is the largest. */
    @Test
    void ofAPeriodIsThatOfTheProduct() {
        Scheme scheme = RandomSchemes.twoTrees(9);
        double[][] deflated =
                SpectralRadius.product(scheme.at(1).toDense(), scheme.at(0).toDense());
        for (double[] row : deflated) {
            for (int j = 0; j < row.length; j++) {
                row[j] -= 1.0 / 9;
            }
        }
        assertEquals(1 - SpectralRadius.of(deflated), SpectralGap.of(scheme), 1e-12);
    }

    @Test
    void isTheSameWithAndWithoutSymmetry() {
        MixingMatrix ring = GoldenSchemes.of("Ring", 9).at(0);
        MixingMatrix identity = MixingMatrix.identity(9);
        MixingMatrix chain = RandomSchemes.chain(9).at(0);
        assertEquals(gap("Ring", 9), SpectralGap.of(new PeriodicScheme("", List.of(identity, ring))), 1e-12);
        assertEquals(
                SpectralGap.of(RandomSchemes.chain(9)),
                SpectralGap.of(new PeriodicScheme("", List.of(chain, identity))),
                1e-12);
    }

    /** The products of a chain of shares come near v 1^T; what is left of them dies out at the rate of the gap. */
    @Test
    void ofSharesOfTheSenderIsHowFastTheyForgetWhereTheyStarted() {
        for (String topology : List.of("random-digraph-2", "random-digraph-3-seed-4", "random-digraph-2+lazy")) {
            for (int n : new int[] {4, 9, 20}) {
                MixingMatrix first = Topologies.parse(topology, n).at(0);
                MixingMatrix second = Topologies.parse("random-digraph-1", n).at(0);
                Scheme shares = new PeriodicScheme("", List.of(first, second));
                double[][] product = SpectralRadius.product(second.toDense(), first.toDense());
                double[][] limit = product;
                for (int squaring = 0; squaring < 14; squaring++) {
                    limit = SpectralRadius.product(limit, limit);
                }
                double[][] rest = new double[n][n];
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        rest[i][j] = product[i][j] - limit[i][j];
                    }
                }
                assertEquals(1 - SpectralRadius.of(rest), SpectralGap.of(shares), 1e-9, topology + " of " + n);
            }
        }
    }

    /** Above the limit, the second eigenvalue is found without a product over the period. */
    @ParameterizedTest
    @ValueSource(strings = {"double-binary-trees", "random-digraph-2", "star+uniform", "uni-ring", "random-matching"})
    void ofManyWorkersIsThatOfTheDenseProduct(String topology) {
        Scheme scheme = Topologies.parse(topology, 200); // the space of which is not whole when the eigenvalue is found
        assertEquals(SpectralGap.of(scheme), 1 - SecondEigenvalue.size(scheme), 1e-10);
    }

    @Test
    void whatIsNotDefinedIsRefusedInASentence() {
        MixingMatrix columns = MixingMatrix.of(new double[][] {{0.5, 0.25}, {0.5, 0.75}});
        MixingMatrix rows = MixingMatrix.of(new double[][] {{0.5, 0.5}, {0.25, 0.75}});
        Scheme mixed = new PeriodicScheme("x", List.of(rows, columns));
        assertEquals("rows sum to 1 at some steps and columns at others, and theory is of topologies where it is the"
                        + " same at all steps",
                assertThrows(ArithmeticException.class, () -> SpectralGap.of(mixed)).getMessage());
        assertEquals("n_eff and rates are of mixing matrices whose rows sum to 1, as they average; here only columns"
                        + " do, as push-sum needs it",
                assertThrows(ArithmeticException.class,
                        () -> RandomWalk.of(PeriodicScheme.constant("x", columns))).getMessage());
        assertEquals(0.75, SpectralGap.of(PeriodicScheme.constant("x", columns)), 1e-12);
        assertEquals(0.75, SpectralGap.of(PeriodicScheme.constant("x", rows)), 1e-12);
    }

    private static double gap(String topology, int workers) {
        return SpectralGap.of(GoldenSchemes.of(topology, workers));
    }
}
