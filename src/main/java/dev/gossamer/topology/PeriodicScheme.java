package dev.gossamer.topology;

import java.util.List;
import java.util.OptionalInt;

/**
 * A scheme that repeats a list of mixing matrices; with one of them, a static topology.
 *
 * @param name the name that {@link Topologies#parse} reads back
 * @param phases the mixing matrices W_0, ..., W_(period - 1)
 */
public record PeriodicScheme(String name, List<MixingMatrix> phases) implements Scheme {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there is no matrix, or they are not of the same number of workers
     */
    public PeriodicScheme {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("a scheme needs at least one mixing matrix");
        }
        int workers = phases.get(0).workers();
        for (MixingMatrix phase : phases) {
            if (phase.workers() != workers) {
                throw new IllegalArgumentException("the mixing matrices of a scheme are of the same workers, got "
                        + workers + " and " + phase.workers());
            }
        }
    }

    /** A static topology: the same mixing matrix at every step. */
    public static PeriodicScheme constant(String name, MixingMatrix matrix) {
        return new PeriodicScheme(name, List.of(matrix));
    }

    @Override
    public int workers() {
        return phases.get(0).workers();
    }

    @Override
    public OptionalInt period() {
        return OptionalInt.of(phases.size());
    }

    @Override
    public MixingMatrix at(long step) {
        return phases.get((int) Math.floorMod(step, (long) phases.size()));
    }
}
