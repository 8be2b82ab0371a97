package dev.gossamer.engine.stacked.host;

import dev.gossamer.data.Draws;
import dev.gossamer.engine.GradientProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Adds up what the operations of a replica take, of all shares of its mini-batch where it is divided. */
final class LaneClock implements HostGradients.Pass {

    private long rendering;
    private long[] operations = new long[0];

    @Override
    public synchronized void run(Lane lane, Draws draws, int first, int count) {
        operations = Arrays.copyOf(operations, lane.operations());
        long start = System.nanoTime();
        draws.render(first, count, lane.input());
        rendering += System.nanoTime() - start;
        lane.run(operations);
    }

    /** Medians of several. */
    static GradientProfile medians(LaneClock[] clocks) {
        List<Double> operations = new ArrayList<>();
        for (int i = 0; i < clocks[0].operations.length; i++) {
            int operation = i;
            operations.add(median(clocks, clock -> clock.operations[operation]));
        }
        return new GradientProfile(median(clocks, clock -> clock.rendering), operations);
    }

    private static double median(LaneClock[] clocks, ToDoubleFunction<LaneClock> nanoseconds) {
        double[] sorted = Arrays.stream(clocks).mapToDouble(nanoseconds).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2 * 1e-9;
    }
}
