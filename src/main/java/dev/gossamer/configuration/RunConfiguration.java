package dev.gossamer.configuration;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.WarmUp;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import dev.gossamer.data.Task;
import dev.gossamer.model.Model;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.Numbers;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topology;
import dev.gossamer.topology.TopologyFactory;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Everything that decides a run, apart from the data set's content, and where it is computed. An immutable and checked
 * value, which can be written and sent elsewhere; the graph of a topology that was read from a file goes with it. Equal
 * configurations on equal data give equal runs on the same device, whatever the number of threads, which decides only
 * how long they take; but a single worker has its sums rounded differently for each.
 *
 * @param task what is to be learned
 * @param network what is trained
 * @param gossip who averages with whom
 * @param optimization how it is trained, and for how long
 * @param sampling on which images
 * @param evaluations when and on what it is evaluated
 * @param covariance what is measured after training
 * @param placement where it is computed
 * @param seed seed of everything random, at least 0
 */
public record RunConfiguration(
        Task task,
        Network network,
        Gossip gossip,
        Optimization optimization,
        Sampling sampling,
        Evaluations evaluations,
        Covariance covariance,
        Placement placement,
        long seed) implements Serializable {

    /** Seed of everything random in a run. */
    public static final Key<Long> SEED = Key.of("seed", "1", "a whole number in [0, " + Long.MAX_VALUE + "]",
            "seed of everything random in a run", Numbers::whole).checked(seed -> seed >= 0);

    /** Checks the range. */
    public RunConfiguration {
        SEED.check(seed);
    }

    /**
     * A configuration from texts, one for each key that has no {@link Key#standard() standard} value or another one.
     *
     * @throws ConfigurationException naming the key, the value and what is allowed
     */
    public static RunConfiguration of(Map<Key<?>, String> texts) {
        return of(texts, new TopologyFactory()::get);
    }

    /**
     * The same with the topology that a name and a number of workers are given.
     *
     * @throws ConfigurationException naming the key, the value and what is allowed
     */
    public static RunConfiguration of(Map<Key<?>, String> texts, BiFunction<String, Integer, Topology> topologies) {
        Values values = new Values(texts);
        values.check();
        Task task = values.get(Task.KEY);
        return new RunConfiguration(task, Network.of(values), Gossip.of(values, topologies), Optimization.of(values),
                Sampling.of(values), Evaluations.of(values, task), Covariance.of(values), Placement.of(values),
                values.get(SEED));
    }

    /** Every value by its key, in the order of the keys, without those that are absent or infinite. */
    public Map<Key<?>, Object> values() {
        Written written = new Written();
        written.put(Task.KEY, task);
        network.write(written);
        gossip.write(written);
        optimization.write(written);
        sampling.write(written);
        evaluations.write(written);
        covariance.write(written);
        placement.write(written);
        written.put(SEED, seed);
        return written.values();
    }

    /** The same values by the names of their keys, as they are recorded. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        values().forEach((key, value) -> map.put(key.toString(), value));
        return map;
    }

    /** The same run with another name of its topology. */
    public RunConfiguration with(Topology topology) {
        return new RunConfiguration(task, network, gossip.with(topology), optimization, sampling, evaluations,
                covariance, placement, seed);
    }

    /**
     * The same run with the task and the model that are known, where equal ones are, so that their files are read once.
     *
     * @param tasks equal tasks by themselves, to which that of this run is added where there is none
     * @param models likewise
     */
    RunConfiguration with(Map<Task, Task> tasks, Map<Model, Model> models) {
        return new RunConfiguration(tasks.computeIfAbsent(task, own -> own), network.with(models), gossip, optimization,
                sampling, evaluations, covariance, placement, seed);
    }

    /** The same run elsewhere. */
    public RunConfiguration at(Placement other) {
        return new RunConfiguration(task, network, gossip, optimization, sampling, evaluations, covariance, other,
                seed);
    }

    /**
     * The mixing matrices that the run's algorithm mixes by, made anew, as they can be large.
     *
     * @throws IllegalArgumentException if the topology cannot be mixed by so, with a sentence for the user
     */
    public Scheme scheme() {
        return optimization.algorithm().scheme(gossip.scheme());
    }

    /**
     * What changes from step to step.
     *
     * @param step the step, counted from 0
     * @param factor the schedule's factor on the learning rate
     * @param scheme that of the run
     */
    public Clock clock(long step, double factor, Scheme scheme) {
        return new Clock(step, optimization.learningRate() * factor, scheme, seed);
    }

    /** Number of threads within one operation, which native libraries have one of for the whole process. */
    public int operationThreads() {
        return gossip.workers() == 1 ? placement.engineThreads() : 1;
    }

    /**
     * Number of training steps: those that {@link #learningRates} are for.
     *
     * @param available number of training images there are
     * @throws ConfigurationException if that is no step at all
     */
    public long steps(int available) {
        return learningRates(available).steps();
    }

    /**
     * The factors on the learning rate over a run of the steps given, or of int(epochs * floor(N / (n b))) steps with N
     * the images that are trained on.
     *
     * @param available number of training images there are
     * @throws ConfigurationException if there is no step at all, or the warm-up is longer than the run, or it is one in
     *     epochs that comes to no step
     */
    public LearningRates learningRates(int available) {
        long total = optimization.steps().orElseGet(() -> stepsOfEpochs(available));
        LearningRates rates = new LearningRates(optimization.schedule().over(total), stepsOfWarmUp(available));
        if (rates.steps() < 1) {
            throw new ConfigurationException("learning-rate-schedule " + optimization.schedule()
                    + " has no whole step in a stage of a run of " + total + (total == 1 ? " step" : " steps")
                    + "; give more steps");
        }
        if (rates.warmUp() > rates.steps()) {
            throw new ConfigurationException(WarmUp.KEY + " must be at most the " + rates.steps()
                    + " steps of the run, got " + optimization.warmUp()
                    + (optimization.warmUp().inEpochs() ? ", which are " + rates.warmUp() + " steps" : ""));
        }
        return rates;
    }

    private long stepsOfWarmUp(int available) {
        WarmUp warmUp = optimization.warmUp();
        long perEpoch = stepsOfEpoch(available);
        long steps = warmUp.steps(perEpoch);
        if (warmUp.inEpochs() && steps < 1) {
            throw new ConfigurationException(WarmUp.KEY + " must be 0 or at least one step, got " + warmUp
                    + " of " + perEpoch + (perEpoch == 1 ? " step" : " steps") + " each");
        }
        return steps;
    }

    private long stepsOfEpoch(int available) {
        return sampling.trainImages(available) / ((long) gossip.workers() * optimization.batchSize());
    }

    private long stepsOfEpochs(int available) {
        int images = sampling.trainImages(available);
        int workers = gossip.workers();
        int batchSize = optimization.batchSize();
        long perEpoch = stepsOfEpoch(available);
        long total = Decimal.wholePart(optimization.epochs(), perEpoch);
        if (total < 1) {
            throw new ConfigurationException("epochs " + Key.decimal(optimization.epochs())
                    + " is less than one step: an epoch of " + images + " training images has " + perEpoch
                    + " steps of " + workers + " workers x " + batchSize
                    + " images; give more epochs, fewer workers, a smaller batch-size, or steps");
        }
        return total;
    }

    private Object writeReplace() {
        return SentRun.of(this);
    }
}
