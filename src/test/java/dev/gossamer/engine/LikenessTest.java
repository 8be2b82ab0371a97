package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LikenessTest {

    @Test
    void errorAngleAndLengthAreThoseOfGeometry() {
        Likeness turned = Likeness.of(new double[] {0, 6}, new double[] {3, 0});
        assertEquals(new Likeness(Math.sqrt(5), 0, 2), turned);
        Likeness longer = Likeness.of(new double[] {2, -4}, new double[] {1, -2});
        assertEquals(1, longer.error(), 1e-15);
        assertEquals(1, longer.cosine(), 1e-15);
        assertEquals(2, longer.stretch(), 1e-15);
    }

    @Test
    void zerosAreLikeZerosAndNothingIsLikeNoNumber() {
        assertEquals(new Likeness(0, 1, 1), Likeness.of(new double[3], new double[3]));
        Likeness broken = Likeness.of(new double[] {Double.NaN, 1}, new double[] {1, 1});
        assertTrue(Double.isNaN(broken.error()) && Double.isNaN(broken.cosine()) && Double.isNaN(broken.stretch()));
    }
}
