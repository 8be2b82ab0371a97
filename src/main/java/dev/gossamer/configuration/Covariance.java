package dev.gossamer.configuration;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import java.util.List;

/**
 * How the covariance between workers is measured after training.
 *
 * @param repetitions continuations of the run: 0 to measure nothing, or 2 to 10,000
 * @param steps steps of a continuation, in [1, 1,000,000]
 * @param coordinates share of the parameters that covariances are averaged over, in (0, 1]
 */
public record Covariance(int repetitions, int steps, double coordinates) {

    /** How often training is continued from its end, to measure the covariance between workers. */
    public static final Key<Integer> REPETITIONS = Key.integer("repetitions", "0", "[0, 10000]",
            "continuations after training that measure the covariance of workers")
            .checked(number -> number != 1).allowing("0 or a whole number in [2, 10000]");

    /** Length of a repetition in steps. */
    public static final Key<Integer> REPETITION_STEPS =
            Key.integer("repetition-steps", "100", "[1, 1000000]", "steps of a continuation");

    /** Share of the parameters that a repetition keeps. */
    public static final Key<Double> COORDINATES = Key.number("coordinates", "0.01", "(0, 1]",
            "share of the parameters, drawn at random, that covariances are averaged over");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = List.of(REPETITIONS, REPETITION_STEPS, COORDINATES);

    /** Checks the ranges. */
    public Covariance {
        REPETITIONS.check(repetitions);
        REPETITION_STEPS.check(steps);
        COORDINATES.check(coordinates);
        if (repetitions == 0) { // equal where nothing is measured
            steps = REPETITION_STEPS.parse(REPETITION_STEPS.standard());
            coordinates = COORDINATES.parse(COORDINATES.standard());
        }
    }

    static Covariance of(Values values) {
        return new Covariance(values.get(REPETITIONS), values.get(REPETITION_STEPS), values.get(COORDINATES));
    }

    void write(Written written) {
        written.put(REPETITIONS, repetitions);
        if (isMeasured()) {
            written.put(REPETITION_STEPS, steps);
            written.put(COORDINATES, coordinates);
        }
    }

    /** Whether it is measured at all. */
    public boolean isMeasured() {
        return repetitions > 0;
    }
}
