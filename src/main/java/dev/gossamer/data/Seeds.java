package dev.gossamer.data;

/**
 * Splits the seed of a run into independent 64-bit values, per purpose and counters, as a pure function: nothing has to
 * be drawn in order, and nothing has to be saved to continue a run.
 *
 * <p>Each number is added, times the golden gamma, to the hash of those before it (xor a constant) and mixed with the
 * finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014; constants
 * of Stafford's variant 13).
 */
public final class Seeds {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    /** Keeps derived values apart from the streams that start at them; the first digits of pi. */
    private static final long DOMAIN = 0x243F6A8885A308D3L;

    private Seeds() {}

    /** The value of a seed for one purpose. */
    public static long derive(long seed, Purpose purpose) {
        return absorb(absorb(0, seed), purpose.salt());
    }

    /** The value of a seed for one purpose and one counter. */
    public static long derive(long seed, Purpose purpose, long counter) {
        return absorb(derive(seed, purpose), counter);
    }

    /** The value of a seed for one purpose and two counters, for example worker and step. */
    public static long derive(long seed, Purpose purpose, long first, long second) {
        return absorb(derive(seed, purpose, first), second);
    }

    /** The value of a seed for one purpose and three counters. */
    public static long derive(long seed, Purpose purpose, long first, long second, long third) {
        return absorb(derive(seed, purpose, first, second), third);
    }

    /**
     * Value number {@code index} of the SplitMix64 stream that starts at {@code base}: random access to what
     * {@code new RandomStream(base)} returns in order.
     *
     * @param base where the stream starts, as a rule a derived value
     * @param index place in the stream, from 0
     */
    public static long valueAt(long base, long index) {
        return mix(base + GOLDEN_GAMMA * (index + 1));
    }

    /**
     * Scales 64 random bits to an integer in [0, bound), by the high half of a product; the bias is below bound / 2^63.
     *
     * @param bits random bits
     * @param bound exclusive upper bound, positive
     */
    public static int bounded(long bits, int bound) {
        return (int) Math.multiplyHigh(bits >>> 1, (long) bound << 1);
    }

    private static long absorb(long hash, long number) {
        return mix((hash ^ DOMAIN) + GOLDEN_GAMMA * (number + 1));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
