package dev.gossamer.topology;

import java.util.OptionalInt;
import java.util.function.LongFunction;

/**
 * A scheme with a mixing matrix of its own at every step, which is made when it is asked for: it depends on the step
 * alone, not on those before.
 */
final class DrawnScheme implements Scheme {

    /** The golden ratio's bits, as Java's SplittableRandom has them: multiples of it are far from each other. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final String name;
    private final int workers;
    private final LongFunction<MixingMatrix> draw;
    private Degrees degrees;

    /**
     * What is sent in the first steps: drawn once, as that takes a while.
     *
     * @param maxDegree the largest degree
     * @param messagesPerStep the mean number of messages
     */
    private record Degrees(int maxDegree, double messagesPerStep) {}

    /**
     * @param name the name that {@link Topologies#parse} reads back
     * @param workers number of workers n
     * @param draw makes the mixing matrix of a step, the same one each time
     */
    DrawnScheme(String name, int workers, LongFunction<MixingMatrix> draw) {
        this.name = name;
        this.workers = workers;
        this.draw = draw;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int workers() {
        return workers;
    }

    @Override
    public int maxDegree() {
        return degrees().maxDegree;
    }

    @Override
    public double messagesPerStep() {
        return degrees().messagesPerStep;
    }

    @Override
    public double vectorsPerStep() {
        return messagesPerStep();
    }

    private synchronized Degrees degrees() {
        if (degrees == null) {
            int maxDegree = 0;
            long messages = 0;
            for (int step = 0; step < WINDOW; step++) {
                MixingMatrix w = at(step);
                maxDegree = Math.max(maxDegree, w.maxDegree());
                messages += w.messages();
            }
            degrees = new Degrees(maxDegree, (double) messages / WINDOW);
        }
        return degrees;
    }

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
