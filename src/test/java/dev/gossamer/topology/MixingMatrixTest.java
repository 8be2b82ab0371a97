package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MixingMatrixTest {

    private static final double[][] DENSE = {{0.5, 0, 0.5}, {0.25, 0.75, 0}, {0, 1.5, -0.5}};

    @Test
    void keepsTheNonZeroEntriesRowByRow() {
        MixingMatrix matrix = MixingMatrix.of(DENSE);

        assertEquals(3, matrix.workers());
        assertEquals(6, matrix.rowStart(3));
        assertEquals(2, matrix.column(1));
        assertEquals(-0.5, matrix.weight(5));
        assertEquals(0, matrix.get(0, 1));
        assertEquals(1.5, matrix.get(2, 1));
        assertArrayEquals(DENSE, matrix.toDense());
    }

    @Test
    void degreeCountsOtherWorkersOnly() {
        MixingMatrix matrix = MixingMatrix.of(new double[][] {{0, 1, 0}, {0.5, 0.25, 0.25}, {0, 0, 1}});

        assertEquals(1, matrix.degree(0));
        assertEquals(2, matrix.degree(1));
        assertEquals(0, matrix.degree(2));
        assertEquals(2, matrix.maxDegree());
    }

    @Test
    void tellsItsProperties() {
        MixingMatrix matrix = MixingMatrix.of(DENSE);
        assertFalse(matrix.isSymmetric(0.1));
        assertFalse(matrix.isDoublyStochastic(0.1));
        assertFalse(matrix.isNonnegative());

        MixingMatrix shift = MixingMatrix.of(new double[][] {{0.5, 0.5, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}});
        assertFalse(shift.isSymmetric(0.49));
        assertTrue(shift.isSymmetric(0.51));
        assertTrue(shift.isDoublyStochastic(0));
        assertTrue(shift.isNonnegative());
    }

    @Test
    void identityAndUniform() {
        assertArrayEquals(new double[][] {{1, 0}, {0, 1}}, MixingMatrix.identity(2).toDense());
        assertArrayEquals(new double[][] {{0.5, 0.5}, {0.5, 0.5}}, MixingMatrix.uniform(2).toDense());
    }

    @Test
    void refusesWhatIsNoMixingMatrix() {
        assertEquals("a mixing matrix needs at least one worker", refusal(new double[0][0]));
        assertEquals(
                "a mixing matrix is square, but row 1 has 1 entries for 2 workers",
                refusal(new double[][] {{1, 0}, {1}}));
        assertEquals(
                "each row of a mixing matrix sums to 1, or each column does, but row 1 of this one sums to 0.75",
                refusal(new double[][] {{1, 0}, {0.5, 0.25}}));
        assertEquals(
                "each row of a mixing matrix sums to 1, or each column does, but row 0 of this one sums to NaN",
                refusal(new double[][] {{Double.NaN}}));
    }

    @Test
    void schemeRefusesMatricesThatDoNotFitTogether() {
        List<MixingMatrix> phases = List.of(MixingMatrix.identity(2), MixingMatrix.identity(3));
        IllegalArgumentException mixed =
                assertThrows(IllegalArgumentException.class, () -> new PeriodicScheme("x", phases));
        assertEquals("the mixing matrices of a scheme are of the same workers, got 2 and 3", mixed.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new PeriodicScheme("x", List.of()));
    }

    @Test
    void schemeRepeats() {
        MixingMatrix even = MixingMatrix.identity(2);
        MixingMatrix odd = MixingMatrix.uniform(2);
        Scheme scheme = new PeriodicScheme("x", List.of(even, odd));

        assertEquals(even, scheme.at(0));
        assertEquals(odd, scheme.at(4_000_000_001L));
        assertFalse(scheme.isStatic());
        assertTrue(PeriodicScheme.constant("y", even).isStatic());
    }

    private static String refusal(double[][] dense) {
        return assertThrows(IllegalArgumentException.class, () -> MixingMatrix.of(dense)).getMessage();
    }
}
