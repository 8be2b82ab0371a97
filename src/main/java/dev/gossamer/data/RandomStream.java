package dev.gossamer.data;

/**
 * A stream of random numbers from a derived seed (see {@link Seeds}): the generator SplitMix64 (Steele, Lea, Flood
 * 2014). Its numbers are the same on every Java version and machine. Not safe for use by several threads.
 */
public final class RandomStream {

    private final long base;
    private long drawn;

    /** @param base a value of {@link Seeds#derive} */
    public RandomStream(long base) {
        this.base = base;
    }

    /** The next 64 bits. */
    public long nextLong() {
        return Seeds.valueAt(base, drawn++);
    }

    /** An integer in [0, bound). */
    public int nextInt(int bound) {
        return Seeds.bounded(nextLong(), bound);
    }

    /** A number in [0, 1), with 53 random bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** A number in [low, high). */
    public double nextDouble(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** A standard normal number (Box and Muller, 1958). */
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * nextDouble());
    }

    /** Puts the elements in random order (Fisher and Yates). */
    public void shuffle(int[] elements) {
        for (int i = elements.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int element = elements[i];
            elements[i] = elements[j];
            elements[j] = element;
        }
    }
}
