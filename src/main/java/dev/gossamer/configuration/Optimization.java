package dev.gossamer.configuration;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.WarmUp;
import dev.gossamer.algorithm.method.ClippedGradients;
import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a run trains, and for how long.
 *
 * @param batchSize images per worker and step b, in [1, 65,536]
 * @param learningRate step size, in [1e-9, 1e6]
 * @param schedule factors on the step size over the run
 * @param warmUp steps at the start in which it grows to its full value
 * @param family what a step does
 * @param settings values of the algorithm's keys
 * @param gradientClipping largest norm of a worker's gradient, in [1e-9, 1e6]; 0 where there is none
 * @param slowMomentum slow steps around the algorithm, if there are any
 * @param ema decay of the averaged parameters in [0, 1); 0 switches the average off
 * @param epochs length in epochs, in (0, 1e6]; an epoch is floor(N / (n b)) steps
 * @param steps length in steps, in [1, 1e9], which counts instead of the epochs where present
 */
public record Optimization(
        int batchSize,
        double learningRate,
        LearningRateSchedule schedule,
        WarmUp warmUp,
        AlgorithmFamily family,
        Settings settings,
        double gradientClipping,
        Optional<SlowMomentum.Outer> slowMomentum,
        double ema,
        double epochs,
        Optional<Long> steps) {

    /** Images per worker and step. */
    public static final Key<Integer> BATCH_SIZE =
            Key.integer("batch-size", "16", "[1, 65536]", "images per worker and step");

    /** Step size. */
    public static final Key<Double> LEARNING_RATE = Key.number("learning-rate", "0.05", "[1e-9, 1e6]", "step size");

    /** Factors on the learning rate over the run. */
    public static final Key<LearningRateSchedule> LEARNING_RATE_SCHEDULE = Key.of("learning-rate-schedule", "constant",
            "constant, linear, cosine, cosine-to-0.01 or the like, or stages factor:share such as 1:0.75+0.1:0.25 or"
                    + " 1:0.8+linear:0.2 with shares that add up to 1",
            "how the learning rate falls over the run: in a line or half a cosine to 0 or a share of it, or in steps,"
                    + " factors each for a share of the run; in files also [[1, 0.75], [0.1, 0.25]]",
            LearningRateSchedule::parse).written(LearningRateSchedule::toString);

    /** Decay per step of the averaged parameters that are evaluated. */
    public static final Key<Double> EMA = Key.number("ema", "0.95", "[0, 1)",
            "decay per step of the average that is evaluated; 0 for raw parameters");

    /** Length of a run in epochs. */
    public static final Key<Double> EPOCHS = Key.number("epochs", "25", "(0, 1e6]",
            "length of a run; an epoch counts the images of all workers together");

    /** Length of a run in steps. */
    public static final Key<Long> STEPS =
            Key.wide("steps", "", "[1, 1000000000]", "length of a run in steps, instead of epochs");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = keys();

    /** Keys that only some runs have: those of algorithms, and those of slow steps but for their period. */
    public static final List<Key<?>> KEYS_OF_SOME = Stream.concat(Algorithms.CATALOGUE.keys().stream(),
            SlowMomentum.KEYS.stream().filter(key -> key != SlowMomentum.PERIOD)).toList();

    private static List<Key<?>> keys() {
        List<Key<?>> keys = new ArrayList<>(List.of(
                BATCH_SIZE, LEARNING_RATE, LEARNING_RATE_SCHEDULE, WarmUp.KEY, Algorithms.KEY));
        keys.addAll(Algorithms.CATALOGUE.keys());
        keys.add(ClippedGradients.KEY);
        keys.addAll(SlowMomentum.KEYS);
        keys.addAll(List.of(EMA, EPOCHS, STEPS));
        return List.copyOf(keys);
    }

    /** Checks the ranges. */
    public Optimization {
        BATCH_SIZE.check(batchSize);
        LEARNING_RATE.check(learningRate);
        ClippedGradients.KEY.check(gradientClipping);
        EMA.check(ema);
        EPOCHS.check(epochs);
        steps.ifPresent(STEPS::check);
        settings = family.canonical(settings);
        epochs = steps.isPresent() ? EPOCHS.parse(EPOCHS.standard()) : epochs; // equal where they do not count
    }

    /**
     * That of a configuration.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if a text is none of the allowed ones
     */
    public static Optimization of(Values values) {
        AlgorithmFamily family = values.get(Algorithms.KEY);
        return new Optimization(values.get(BATCH_SIZE), values.get(LEARNING_RATE), values.get(LEARNING_RATE_SCHEDULE),
                values.get(WarmUp.KEY), family, Settings.of(family, values), values.get(ClippedGradients.KEY),
                SlowMomentum.Outer.of(values), values.get(EMA), values.get(EPOCHS), values.find(STEPS));
    }

    void write(Written written) {
        written.put(BATCH_SIZE, batchSize);
        written.put(LEARNING_RATE, learningRate);
        written.put(LEARNING_RATE_SCHEDULE, schedule);
        written.put(WarmUp.KEY, warmUp);
        written.put(Algorithms.KEY, family);
        settings.write(written);
        written.put(ClippedGradients.KEY, gradientClipping);
        slowMomentum.ifPresent(outer -> outer.write(written));
        written.put(EMA, ema);
        steps.ifPresentOrElse(number -> written.put(STEPS, number), () -> written.put(EPOCHS, epochs));
    }

    /** What workers do, with clipped gradients and slow steps around it, without the average. */
    public Algorithm algorithm() {
        Algorithm bare = family.algorithm(settings);
        Algorithm algorithm = gradientClipping > 0 ? new ClippedGradients(bare, gradientClipping) : bare;
        return slowMomentum.<Algorithm>map(outer -> new SlowMomentum(algorithm, outer)).orElse(algorithm);
    }

    /** What a step does, and which matrices it keeps. */
    public Update rule() {
        return Update.of(ema > 0 ? new MovingAverage(algorithm(), ema) : algorithm());
    }
}
