package dev.gossamer.topology;

import java.util.OptionalInt;
import java.util.function.LongFunction;

/**
 * A scheme with a mixing matrix of its own at every step, which is made when it is asked for: it depends on the step
 * alone, not on those before.
 *
 * @param name the name that {@link Topologies#parse} reads back
 * @param workers number of workers n
 * @param draw makes the mixing matrix of a step, the same one each time
 */
record DrawnScheme(String name, int workers, LongFunction<MixingMatrix> draw) implements Scheme {

    /** The golden ratio's bits, as Java's SplittableRandom has them: multiples of it are far from each other. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    @Override
    public OptionalInt period() {
        return OptionalInt.empty();
    }

    @Override
    public MixingMatrix at(long step) {
        return draw.apply(step);
    }

    /**
     * The seed of a step: whoever counts steps need not draw what comes before (mixing function: Steele, Lea and Flood,
     * "Fast splittable pseudorandom number generators", 2014).
     *
     * @param seed that of all steps
     */
    static long seed(long seed, long step) {
        return mix(mix(seed + GOLDEN) + GOLDEN * step);
    }

    private static long mix(long bits) {
        long first = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
        return second ^ (second >>> 31);
    }
}
