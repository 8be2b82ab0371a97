package dev.gossamer.engine.stacked.cuda;

/**
 * What a kernel multiplies and shifts by to divide by a number that is known only when it is launched: Granlund and
 * Montgomery, "Division by invariant integers using multiplication", 1994, theorem 4.2, for dividends below 2^31.
 */
final class Divisor {

    private static final int BITS = 31;

    private Divisor() {}

    /**
     * The multiplier in the lower half, the shift in the upper one: {@code value / d} is
     * {@code value * multiplier >> shift}.
     *
     * @param d from 1 on
     */
    static long of(int d) {
        int shift = BITS + Integer.SIZE - Integer.numberOfLeadingZeros(d - 1);
        long multiplier = ((1L << shift) + d - 1) / d;
        return (long) shift << Integer.SIZE | multiplier;
    }
}
