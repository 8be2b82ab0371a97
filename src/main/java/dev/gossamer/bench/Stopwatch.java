package dev.gossamer.bench;

/** Durations of a call. */
final class Stopwatch {

    private static final int WARM_UP = 1;
    private static final int CALLS = 5;

    private Stopwatch() {}

    /** Shortest duration of several calls in seconds, after some that are not counted: what measures a limit. */
    static double shortest(Runnable call) {
        double shortest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < WARM_UP + CALLS; i++) {
            long start = System.nanoTime();
            call.run();
            if (i >= WARM_UP) {
                shortest = Math.min(shortest, (System.nanoTime() - start) * 1e-9);
            }
        }
        return shortest;
    }
}
