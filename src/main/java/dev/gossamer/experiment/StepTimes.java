package dev.gossamer.experiment;

import java.util.Arrays;
import java.util.OptionalDouble;

/** The durations of the training steps of a run, in seconds. */
final class StepTimes {

    private double[] seconds = new double[1024];
    private int count;
    private double total;

    StepTimes() {}

    /** Durations known already. */
    StepTimes(double[] earlier) {
        for (double duration : earlier) {
            add(duration);
        }
    }

    void add(double duration) {
        if (count == seconds.length) {
            seconds = Arrays.copyOf(seconds, 2 * count);
        }
        seconds[count++] = duration;
        total += duration;
    }

    /** Every duration, in order. */
    double[] all() {
        return Arrays.copyOf(seconds, count);
    }

    double total() {
        return total;
    }

    /** The median duration; empty before the first step. */
    OptionalDouble median() {
        if (count == 0) {
            return OptionalDouble.empty();
        }
        double[] sorted = Arrays.copyOf(seconds, count);
        Arrays.sort(sorted);
        return OptionalDouble.of((sorted[(count - 1) / 2] + sorted[count / 2]) / 2);
    }
}
