package dev.gossamer.bench;

import java.util.ArrayList;
import java.util.List;

/** Durations of a call. */
final class Stopwatch {

    private static final int WARM_UP = 1;
    private static final int CALLS = 9;

    private Stopwatch() {}

    /** Median duration of several calls in seconds, after some that are not counted. */
    static double median(Runnable call) {
        List<Double> durations = new ArrayList<>();
        for (int i = 0; i < WARM_UP + CALLS; i++) {
            long start = System.nanoTime();
            call.run();
            if (i >= WARM_UP) {
                durations.add((System.nanoTime() - start) * 1e-9);
            }
        }
        return new Sample(durations).median();
    }
}
