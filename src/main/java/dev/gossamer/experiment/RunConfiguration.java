package dev.gossamer.experiment;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.MovingAverage;
import dev.gossamer.algorithm.StochasticGradientDescent;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Partition;
import dev.gossamer.model.Models;
import dev.gossamer.record.Decimal;
import dev.gossamer.topology.Topology;
import dev.gossamer.topology.TopologyFactory;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/**
 * Everything that decides a run, apart from the data set's content. Immutable and checked; equal configurations on
 * equal data give equal runs on the same device, whatever the number of threads, which decides only how long they take;
 * but a single worker has its sums rounded differently for each. The components are the {@link Key keys} of the
 * experiment file.
 *
 * @param dataSet {@code cifar-10} or {@code fashion-mnist}
 * @param model {@code vgg-11}, {@code resnet-20}, {@code resnet-20-evonorm}, {@code mlp} or {@code linear} (softmax
 *     regression)
 * @param width scale of the numbers of channels and hidden units, in (0, 16]
 * @param dropout probability of dropping a unit, in [0, 1); always 0 where the model drops none
 * @param topology the topology, of as many workers
 * @param workers number of workers n, in [1, 4096]
 * @param batchSize images per worker and step b, in [1, 65,536]
 * @param learningRate step size, in [1e-9, 1e6]
 * @param schedule factors on the step size over the run
 * @param momentum heavy-ball momentum in [0, 1)
 * @param weightDecay L2 coefficient, in [0, 1e6]
 * @param ema decay of the averaged parameters in [0, 1); 0 switches the average off
 * @param epochs length in epochs, in (0, 1e6]; an epoch is floor(N / (n b)) steps
 * @param steps length in steps, which counts instead of the epochs where present
 * @param partition how the training images are divided among the workers
 * @param trainLimit train on the first so many images only, where present
 * @param evaluations number of evaluations, in [1, 10,000]
 * @param evaluationAlpha share of the evaluations in the first half of each stage of the schedule, in [0.5, 1)
 * @param evaluatedWorkers number of workers evaluated, in [1, 4096]; more than n means n
 * @param evaluateTrainImages number of training images scored, in [0, 1,000,000]; more than N means N
 * @param evaluateTestImages score the first so many test images only, where present
 * @param divergenceLoss test loss in nats above which the run has diverged; may be infinite
 * @param repetitions continuations after training that measure the covariance between workers: 0, or 2 to 10,000
 * @param repetitionSteps steps of a continuation, in [1, 1,000,000]
 * @param coordinates share of the parameters that covariances are averaged over, in (0, 1]
 * @param engine what computes the gradients: {@code stacked}, {@code dl4j}, {@code reference}, or {@code auto} for the
 *     faster one of the first two that knows all layers of the model, which is recorded; as long as numbers are finite
 *     they differ by rounding only
 * @param device where: {@code cpu}, {@code cuda}, or {@code auto} for a GPU where one is usable, which is recorded
 * @param devices number of the GPU, in [0, 1023]
 * @param precision arithmetic of convolutions on a GPU: {@code fp32}, {@code tf32} or {@code bf16}; that of dense
 *     layers is the same but with {@code tf32}, where it is FP32
 * @param threads threads of the engine, in [0, 1024]; 0 for every core, whose number is recorded with the engine
 * @param seed seed of everything random
 */
public record RunConfiguration(
        String dataSet,
        String model,
        double width,
        double dropout,
        Topology topology,
        int workers,
        int batchSize,
        double learningRate,
        LearningRateSchedule schedule,
        double momentum,
        double weightDecay,
        double ema,
        double epochs,
        OptionalLong steps,
        String partition,
        OptionalInt trainLimit,
        int evaluations,
        double evaluationAlpha,
        int evaluatedWorkers,
        int evaluateTrainImages,
        OptionalInt evaluateTestImages,
        double divergenceLoss,
        int repetitions,
        int repetitionSteps,
        double coordinates,
        String engine,
        String device,
        int devices,
        String precision,
        int threads,
        long seed) {

    private static final long MOST_STEPS = 1_000_000_000;
    private static final int MOST_IMAGES = 1_000_000;

    /** The names of the engines. */
    public static final List<String> ENGINES = List.of("auto", "stacked", "dl4j", "reference");

    /** The names of the devices. */
    public static final List<String> DEVICES = List.of("auto", "cpu", "cuda");

    /** The names of the precisions. */
    public static final List<String> PRECISIONS = List.of("fp32", "tf32", "bf16");

    /** The names of the data sets. */
    public static final List<String> DATA_SETS = List.of("cifar-10", "fashion-mnist");

    /**
     * Checks every component, and writes the name of the partition as it is written everywhere.
     *
     * @throws ConfigurationException naming the key, the value and what is allowed
     * @throws IllegalArgumentException if the topology is of another number of workers
     */
    public RunConfiguration {
        known(Key.DATA_SET, dataSet, DATA_SETS);
        known(Key.MODEL, model, Models.names());
        check(width > 0 && width <= 16, Key.WIDTH, width);
        check(dropout >= 0 && dropout < 1, Key.DROPOUT, dropout);
        dropout = Models.drops(model) ? dropout : 0;
        checkWorkers(workers);
        if (topology.workers() != workers) {
            throw new IllegalArgumentException(topology + " is of " + topology.workers() + " workers, not " + workers);
        }
        check(batchSize >= 1 && batchSize <= 65536, Key.BATCH_SIZE, batchSize);
        check(learningRate >= 1e-9 && learningRate <= 1e6, Key.LEARNING_RATE, learningRate);
        check(momentum >= 0 && momentum < 1, Key.MOMENTUM, momentum);
        check(weightDecay >= 0 && weightDecay <= 1e6, Key.WEIGHT_DECAY, weightDecay);
        check(ema >= 0 && ema < 1, Key.EMA, ema);
        check(epochs > 0 && epochs <= 1e6, Key.EPOCHS, epochs);
        check(steps.orElse(1) >= 1 && steps.orElse(1) <= MOST_STEPS, Key.STEPS, steps.orElse(1));
        partition = partitionName(partition);
        check(trainLimit.orElse(1) >= 1 && trainLimit.orElse(1) <= MOST_IMAGES, Key.TRAIN_LIMIT, trainLimit.orElse(1));
        check(evaluations >= 1 && evaluations <= 10_000, Key.EVALUATIONS, evaluations);
        check(evaluationAlpha >= 0.5 && evaluationAlpha < 1, Key.EVALUATION_ALPHA, evaluationAlpha);
        check(evaluatedWorkers >= 1 && evaluatedWorkers <= 4096, Key.EVALUATED_WORKERS, evaluatedWorkers);
        check(evaluateTrainImages >= 0 && evaluateTrainImages <= MOST_IMAGES,
                Key.EVALUATE_TRAIN_IMAGES, evaluateTrainImages);
        check(evaluateTestImages.orElse(1) >= 1 && evaluateTestImages.orElse(1) <= MOST_IMAGES,
                Key.EVALUATE_TEST_IMAGES, evaluateTestImages.orElse(1));
        check(divergenceLoss > 0 && (divergenceLoss <= 1e6 || divergenceLoss == Double.POSITIVE_INFINITY),
                Key.DIVERGENCE_LOSS, divergenceLoss);
        check(repetitions >= 0 && repetitions != 1 && repetitions <= 10_000, Key.REPETITIONS, repetitions);
        check(repetitionSteps >= 1 && repetitionSteps <= 1_000_000, Key.REPETITION_STEPS, repetitionSteps);
        check(coordinates > 0 && coordinates <= 1, Key.COORDINATES, coordinates);
        known(Key.ENGINE, engine, ENGINES);
        if (!DEVICES.contains(device)) { // without a hint: "gpu" is not nearly "cpu"
            throw Key.DEVICE.rejectsText(device);
        }
        check(devices >= 0 && devices <= 1023, Key.DEVICES, devices);
        known(Key.PRECISION, precision, PRECISIONS);
        check(threads >= 0 && threads <= 1024, Key.THREADS, threads);
        check(seed >= 0, Key.SEED, seed);
    }

    /**
     * A configuration from texts, one for each key that has no {@link Key#standard() standard} value or another one.
     *
     * @throws ConfigurationException naming the key, the value and what is allowed
     */
    public static RunConfiguration of(Map<Key, String> texts) {
        return of(texts, new TopologyFactory()::get);
    }

    /** The same with the topology that a name and a number of workers are given. */
    static RunConfiguration of(Map<Key, String> texts, BiFunction<String, Integer, Topology> topologies) {
        Values values = new Values(texts);
        String dataSet = values.text(Key.DATA_SET);
        return new RunConfiguration(
                dataSet,
                values.text(Key.MODEL),
                values.number(Key.WIDTH),
                values.number(Key.DROPOUT),
                topology(values.text(Key.TOPOLOGY), values.integer(Key.WORKERS), topologies),
                values.integer(Key.WORKERS),
                values.integer(Key.BATCH_SIZE),
                values.number(Key.LEARNING_RATE),
                values.schedule(Key.LEARNING_RATE_SCHEDULE),
                values.number(Key.MOMENTUM),
                values.number(Key.WEIGHT_DECAY),
                values.number(Key.EMA),
                values.number(Key.EPOCHS),
                values.isGiven(Key.STEPS) ? OptionalLong.of(values.wide(Key.STEPS)) : OptionalLong.empty(),
                values.text(Key.PARTITION),
                values.optionalInteger(Key.TRAIN_LIMIT),
                values.integer(Key.EVALUATIONS),
                values.number(Key.EVALUATION_ALPHA),
                values.integer(Key.EVALUATED_WORKERS),
                values.integer(Key.EVALUATE_TRAIN_IMAGES),
                values.optionalInteger(Key.EVALUATE_TEST_IMAGES),
                values.isGiven(Key.DIVERGENCE_LOSS)
                        ? values.number(Key.DIVERGENCE_LOSS)
                        : standardDivergenceLoss(dataSet),
                values.integer(Key.REPETITIONS),
                values.integer(Key.REPETITION_STEPS),
                values.number(Key.COORDINATES),
                values.text(Key.ENGINE),
                values.text(Key.DEVICE),
                values.integer(Key.DEVICES),
                values.text(Key.PRECISION),
                values.integer(Key.THREADS),
                values.wide(Key.SEED));
    }

    private static double standardDivergenceLoss(String dataSet) {
        return dataSet.equals("cifar-10") ? 2.6 : Double.POSITIVE_INFINITY;
    }

    /**
     * Number of images that are trained on.
     *
     * @param available number of training images there are
     */
    public int trainImages(int available) {
        return Math.min(available, trainLimit.orElse(available));
    }

    /**
     * Number of test images that are scored.
     *
     * @param available number of test images there are
     */
    public int testImages(int available) {
        return Math.min(available, evaluateTestImages.orElse(available));
    }

    /**
     * Number of training steps: those of the {@link #stages}.
     *
     * @param available number of training images there are
     * @throws ConfigurationException if that is no step at all
     */
    public long steps(int available) {
        List<LearningRateSchedule.Span> stages = stages(available);
        return stages.get(stages.size() - 1).to();
    }

    /**
     * The stages of the schedule over a run of the steps given, or of int(epochs * floor(N / (n b))) steps with N the
     * images that are trained on.
     *
     * @param available number of training images there are
     * @throws ConfigurationException if there is no step at all
     */
    public List<LearningRateSchedule.Span> stages(int available) {
        long total = steps.isPresent() ? steps.getAsLong() : stepsOfEpochs(available);
        List<LearningRateSchedule.Span> stages = schedule.over(total);
        if (stages.get(stages.size() - 1).to() < 1) {
            throw new ConfigurationException("learning-rate-schedule " + schedule + " has no whole step in a stage of a"
                    + " run of " + total + (total == 1 ? " step" : " steps") + "; give more steps");
        }
        return stages;
    }

    private long stepsOfEpochs(int available) {
        int images = trainImages(available);
        long perEpoch = images / ((long) workers * batchSize);
        long total = (long) (epochs * perEpoch);
        if (total < 1) {
            throw new ConfigurationException("epochs " + decimal(epochs) + " is less than one step: an epoch of "
                    + images + " training images has " + perEpoch + " steps of " + workers + " workers x " + batchSize
                    + " images; give more epochs, fewer workers, a smaller batch-size, or steps");
        }
        return total;
    }

    /** Number of threads within one operation, which native libraries have one of for the whole process. */
    int operationThreads() {
        return workers == 1 ? engineThreads() : 1;
    }

    /** The same run, with the same topology, with another number for a key. */
    RunConfiguration with(Key key, int number) {
        return with(key, Integer.toString(number), topology);
    }

    /** The same run with another name of its topology. */
    RunConfiguration with(Topology other) {
        return with(Key.TOPOLOGY, other.name(), other);
    }

    private RunConfiguration with(Key key, String text, Topology same) {
        Map<Key, String> texts = new EnumMap<>(Key.class);
        values().forEach((other, value) -> texts.put(other, value.toString()));
        texts.put(key, text);
        return of(texts, (name, n) -> same);
    }

    /** Number of threads of the engine: those given, or one for each core. */
    public int engineThreads() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }

    /** What a step does, and which matrices it keeps. */
    public Update rule() {
        Algorithm descent = new StochasticGradientDescent(momentum, weightDecay);
        return Update.of(ema > 0 ? new MovingAverage(descent, ema) : descent);
    }

    /**
     * What changes from step to step.
     *
     * @param step the step, counted from 0
     * @param factor the schedule's factor on the learning rate
     */
    public Clock clock(long step, double factor) {
        return new Clock(step, learningRate * factor);
    }

    /** Every value by its key, in the order of the keys, without those that are absent or infinite. */
    public Map<Key, Object> values() {
        Map<Key, Object> values = new EnumMap<>(Key.class);
        values.put(Key.DATA_SET, dataSet);
        values.put(Key.MODEL, model);
        values.put(Key.WIDTH, decimal(width));
        values.put(Key.DROPOUT, decimal(dropout));
        values.put(Key.TOPOLOGY, topology.name());
        values.put(Key.WORKERS, workers);
        values.put(Key.BATCH_SIZE, batchSize);
        values.put(Key.LEARNING_RATE, decimal(learningRate));
        values.put(Key.LEARNING_RATE_SCHEDULE, schedule.toString());
        values.put(Key.MOMENTUM, decimal(momentum));
        values.put(Key.WEIGHT_DECAY, decimal(weightDecay));
        values.put(Key.EMA, decimal(ema));
        if (steps.isPresent()) {
            values.put(Key.STEPS, steps.getAsLong());
        } else {
            values.put(Key.EPOCHS, decimal(epochs));
        }
        values.put(Key.PARTITION, partition);
        trainLimit.ifPresent(limit -> values.put(Key.TRAIN_LIMIT, limit));
        values.put(Key.EVALUATIONS, evaluations);
        values.put(Key.EVALUATION_ALPHA, decimal(evaluationAlpha));
        values.put(Key.EVALUATED_WORKERS, evaluatedWorkers);
        values.put(Key.EVALUATE_TRAIN_IMAGES, evaluateTrainImages);
        evaluateTestImages.ifPresent(images -> values.put(Key.EVALUATE_TEST_IMAGES, images));
        if (Double.isFinite(divergenceLoss)) {
            values.put(Key.DIVERGENCE_LOSS, decimal(divergenceLoss));
        }
        values.put(Key.REPETITIONS, repetitions);
        if (repetitions > 0) {
            values.put(Key.REPETITION_STEPS, repetitionSteps);
            values.put(Key.COORDINATES, decimal(coordinates));
        }
        values.put(Key.ENGINE, engine);
        values.put(Key.DEVICE, device);
        values.put(Key.DEVICES, devices);
        values.put(Key.PRECISION, precision);
        values.put(Key.THREADS, threads);
        values.put(Key.SEED, seed);
        return values;
    }

    /** The same values by the names of their keys, as they are recorded. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        values().forEach((key, value) -> map.put(key.toString(), value));
        return map;
    }

    /** A number that prints as people write it: {@code 0.0001}, {@code 16}. */
    private static BigDecimal decimal(double value) {
        return new BigDecimal(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
    }

    private static Topology topology(String name, int workers, BiFunction<String, Integer, Topology> topologies) {
        checkWorkers(workers);
        try {
            return topologies.apply(name, workers);
        } catch (IllegalArgumentException e) {
            String hint = workers == 1 ? "; one worker alone is the topology solo" : "";
            throw new ConfigurationException("topology: " + e.getMessage() + hint);
        }
    }

    private static void checkWorkers(int workers) {
        check(workers >= 1 && workers <= 4096, Key.WORKERS, workers);
    }

    private static String partitionName(String partition) {
        try {
            return Partition.parse(partition).toString();
        } catch (IllegalArgumentException e) {
            throw Key.PARTITION.rejectsText(partition);
        }
    }

    private static void known(Key key, String name, List<String> names) {
        if (!names.contains(name)) {
            String near = Nearest.to(name, names).map(candidate -> "; did you mean \"" + candidate + "\"?").orElse("");
            throw new ConfigurationException(key.rejectsText(name).getMessage() + near);
        }
    }

    private static void check(boolean valid, Key key, Number value) {
        if (!valid) {
            throw key.rejects(value instanceof Double number ? Decimal.format(number) : value);
        }
    }
}
