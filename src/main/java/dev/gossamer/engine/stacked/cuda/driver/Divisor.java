package dev.gossamer.engine.stacked.cuda.driver;

/** Division of whole numbers, by the host and for the kernels. */
public final class Divisor {

    private static final int BITS = 31;

    private Divisor() {}

    /** The least number that is not below a / b, of numbers that are not negative. */
    public static int quotientUp(int a, int b) {
        return (a + b - 1) / b;
    }

    /** The least number that is not below a / b, of numbers that are not negative. */
    public static long quotientUp(long a, long b) {
        return (a + b - 1) / b;
    }

    /**
     * What a kernel multiplies and shifts by to divide by a number that is known only when it is launched: Granlund and
     * Montgomery, "Division by invariant integers using multiplication", 1994, theorem 4.2, for dividends below 2^31.
     * The multiplier is in the lower half, the shift in the upper one: {@code value / d} is
     * {@code value * multiplier >> shift}.
     *
     * @param d from 1 on
     */
    public static long of(int d) {
        int shift = BITS + Integer.SIZE - Integer.numberOfLeadingZeros(d - 1);
        long multiplier = quotientUp(1L << shift, d);
        return (long) shift << Integer.SIZE | multiplier;
    }
}
