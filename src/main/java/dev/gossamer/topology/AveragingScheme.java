package dev.gossamer.topology;

import java.util.OptionalInt;

/**
 * The exact average J / n at every step, by an all-reduce.
 *
 * @param name what it is called
 * @param average J / n [n, n]
 */
record AveragingScheme(String name, MixingMatrix average) implements Scheme {

    @Override
    public int workers() {
        return average.workers();
    }

    @Override
    public OptionalInt period() {
        return OptionalInt.of(1);
    }

    @Override
    public MixingMatrix at(long step) {
        return average;
    }

    /** As many as in the ring of the all-reduce: everyone hears from one other worker. */
    @Override
    public int maxDegree() {
        return Math.min(1, workers() - 1);
    }

    @Override
    public Traffic traffic(long step) {
        return Traffic.ofAllReduce(workers());
    }
}
