package dev.gossamer.engine.stacked.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quotients as kernels compute them, beside Java's division. */
class DivisorTest {

    private static void check(int value, int d) {
        long divisor = Divisor.of(d);
        long product = value * (divisor & 0xFFFF_FFFFL); // of 31 and 32 bits: the kernel's 64 bits hold it
        assertEquals(value / d, product >>> (int) (divisor >>> 32), value + " / " + d);
    }

    @Test
    void quotientsAreThoseOfADivision() {
        for (int d = 1; d <= 300; d++) {
            for (int value = 0; value <= 1000; value++) {
                check(value, d);
            }
            for (int multiple = Integer.MAX_VALUE / d, k = 0; k < 10; k++) {
                check((multiple - k) * d, d);
                check((multiple - k) * d - 1, d);
            }
            check(Integer.MAX_VALUE, d);
        }
    }

    @Test
    void anyNumbersMayBeDivided() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000_000; i++) {
            int d = 1 + (random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31));
            int value = random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31);
            check(value, d);
            check(value / d * d, d);
            check(Math.max(0, value / d * d - 1), d);
        }
        for (int d : new int[] {1, 2, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE}) {
            check(Integer.MAX_VALUE, d);
            check(Integer.MAX_VALUE - 1, d);
            check(d - 1, d);
        }
    }
}
