package dev.gossamer.experiment;

import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Written;
import dev.gossamer.configuration.LearningRates;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.text.Decimal;
import dev.gossamer.topology.Acceleration;
import dev.gossamer.topology.Consensus;
import dev.gossamer.topology.Scheme;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What is looked at before the first of some runs starts.
 *
 * @param runs configurations by the name of the run
 * @param engines makes the engine of each run
 * @param execution how many runs side by side, and where
 */
public record RunChecks(Map<String, RunConfiguration> runs, EngineFactory engines, Execution execution) {

    /** Its reciprocal is a number in single precision, with room for gradients. */
    private static final double LEAST_DIVISOR = 1e-20;

    /**
     * Checks whether the configurations fit images, before these are there.
     *
     * @param images shape of the images
     * @param classes number of classes
     * @throws ConfigurationException if a run's model or topology is impossible
     * @throws MemoryException if there is not enough memory
     */
    public void check(ImageShape images, int classes) {
        for (int lane = 0; lane < execution.places(); lane++) {
            for (RunConfiguration run : runs.values()) {
                engines.check(execution.place(run, lane), images, classes);
            }
        }
        runs.values().forEach(RunChecks::checkAlgorithm);
        runs.values().forEach(run -> checkAugmentation(run, images));
        Set<List<Object>> known = new HashSet<>(); // making the scheme of thousands of workers takes long
        runs.values().stream().filter(run -> known.add(List.of(run.optimization().algorithm(), run.gossip())))
                .forEach(RunChecks::checkTopology);
        if (execution.parallel() > 1) {
            checkTogether(images, classes);
        }
    }

    private static void checkAugmentation(RunConfiguration run, ImageShape images) {
        try {
            run.sampling().augmentation().ifPresent(augmentation -> augmentation.check(images));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(Augmentation.KEY + ": " + e.getMessage());
        }
    }

    /** Whether the topology has what acceleration and the algorithm need of it. */
    private static void checkTopology(RunConfiguration run) {
        Supplier<Scheme> scheme = once(run.gossip()::scheme);
        try {
            if (run.gossip().consensus().acceleration() != Acceleration.NONE) {
                scheme.get();
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("acceleration: " + e.getMessage());
        }
        if (run.optimization().algorithm().needsMeansOnly() && run.gossip().topology().takesMeans()) {
            return;
        }
        try {
            run.optimization().algorithm().check(scheme);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("topology: for " + run.optimization().family().form() + ", "
                    + e.getMessage());
        }
    }

    /** Makes a scheme when it is asked for, once: that of thousands of workers takes long. */
    private static Supplier<Scheme> once(Supplier<Scheme> makes) {
        AtomicReference<Scheme> made = new AtomicReference<>();
        return () -> made.updateAndGet(scheme -> scheme == null ? makes.get() : scheme);
    }

    /** Whether workers use what they received in a step before. */
    private static boolean goesOnFromMessages(Update rule) {
        return rule.traces().stream().flatMap(trace -> trace.mixed().stream())
                .anyMatch(mixed -> !mixed.exchange().isSent());
    }

    /** Whether the algorithm can do with the other values. */
    private static void checkAlgorithm(RunConfiguration run) {
        Optimization optimization = run.optimization();
        if (!optimization.algorithm().usesWeights()) {
            checkUnused(optimization.family().form(), run.gossip().consensus());
        }
        if (run.gossip().consensus().rounds() > 1 && optimization.rule().isCompressing()) {
            throw new ConfigurationException("mixing-rounds: what " + optimization.family().form()
                    + " sends is compressed, and only neighbours know what it is of; mixing-rounds has to be 1, got "
                    + run.gossip().consensus().rounds());
        }
        if (optimization.algorithm().correctsForStart() && optimization.slowMomentum()
                .filter(outer -> outer.buffers() == SlowMomentum.Buffers.RESET).isPresent()) {
            throw new ConfigurationException("slowmo-buffers: " + optimization.family().form() + " corrects its moments"
                    + " for zeros at the start of training, not later; slowmo-buffers has to be keep or average, got"
                    + " reset");
        }
        if (optimization.slowMomentum().isPresent() && goesOnFromMessages(optimization.rule())) {
            throw new ConfigurationException("slowmo-period: " + optimization.family().form()
                    + " goes on from messages of steps before, which slow steps cannot change; slowmo-period has to be"
                    + " 0, got " + optimization.slowMomentum().get().period());
        }
    }

    /** An algorithm to which the weights of a topology are nothing does not notice what becomes of them. */
    private static void checkUnused(String algorithm, Consensus consensus) {
        Written written = new Written();
        consensus.write(written);
        Written standard = new Written();
        Consensus.STANDARD.write(standard);
        written.values().forEach((key, value) -> {
            if (!value.equals(standard.values().get(key))) {
                throw new ConfigurationException(key + ": " + algorithm + " does not mix by the topology's weights, so "
                        + key + " has no effect; it has to be " + key.standard() + ", got " + value);
            }
        });
    }

    /** Whether there is memory for those runs side by side that need most. */
    private void checkTogether(ImageShape images, int classes) {
        long needed = runs.values().stream()
                .map(run -> engines.memory(execution.place(run, 0), images, classes))
                .sorted(Comparator.reverseOrder())
                .limit(execution.parallel())
                .mapToLong(Long::longValue)
                .sum();
        long available = engines.availableMemory();
        if (needed > available) {
            throw new MemoryException(String.format(Locale.ROOT,
                    "%d runs side by side need about %.1f GB of memory, but %.1f GB are available; make parallel"
                            + " smaller",
                    Math.min(execution.parallel(), runs.size()), needed / 1e9, Math.max(0, available) / 1e9));
        }
    }

    /**
     * Opens the devices of runs that were checked.
     *
     * @throws ConfigurationException if one cannot be opened and a run insists on it, or another one cannot take its
     *     place
     */
    public void open() {
        for (int lane = 0; lane < execution.places(); lane++) {
            for (RunConfiguration run : runs.values()) {
                engines.open(execution.place(run, lane));
            }
        }
    }

    /**
     * Checks whether there are enough images for the configurations, whose number tells how long runs are.
     *
     * @param trainImages number of training images there are
     * @throws ConfigurationException if a run would have no step, its partition is impossible, or its algorithm cannot
     *     divide by the learning rate of a step
     * @throws dev.gossamer.data.DataException if a partition's file is of other images or workers
     */
    public void checkNumber(int trainImages) {
        for (RunConfiguration run : runs.values()) {
            checkRates(run.optimization(), run.learningRates(trainImages));
            int images = run.sampling().trainImages(trainImages);
            int workers = run.gossip().workers();
            long least = run.sampling().partition().leastImages(workers);
            if (images < least) {
                throw new ConfigurationException("partition " + run.sampling().partition() + " needs at least "
                        + (least == workers ? "as many training images as workers" : least + " training images")
                        + ", got " + images + " for " + workers);
            }
            run.sampling().partition().check(images, workers);
        }
    }

    /**
     * Checks whether the configurations can be of some training images, as {@link #checkNumber}.
     *
     * @param train the training images there are
     * @throws IllegalArgumentException if a partition is not possible with them
     */
    public void checkParts(ImageSet train) {
        checkNumber(train.size());
        for (RunConfiguration run : runs.values()) {
            run.sampling().partition().check(train, run.sampling().trainImages(train.size()), run.gossip().workers());
        }
    }

    private static void checkRates(Optimization optimization, LearningRates rates) {
        double least = optimization.learningRate() * rates.least();
        if (optimization.algorithm().dividesByLearningRate() && least < LEAST_DIVISOR) {
            throw new ConfigurationException("learning-rate: " + dividing(optimization)
                    + " divides by the learning rate, which has to be at least " + Decimal.format(LEAST_DIVISOR)
                    + " at every step, got " + String.format(Locale.ROOT, "%.3g", least));
        }
    }

    private static String dividing(Optimization optimization) {
        String name = optimization.family().form();
        return optimization.family().algorithm(optimization.settings()).dividesByLearningRate()
                ? name : "SlowMo (" + SlowMomentum.PERIOD + ") around " + name;
    }
}
