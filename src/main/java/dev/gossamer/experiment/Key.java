package dev.gossamer.experiment;

import dev.gossamer.text.Shown;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The keys of a configuration, in the order in which grids are expanded: the first varies slowest. A key is written in
 * kebab-case in experiment files ({@code learning-rate: 0.1}) and as an option ({@code --learning-rate 0.1}).
 */
public enum Key {
    /** Data set to train and test on. */
    DATA_SET("cifar-10", "cifar-10 or fashion-mnist", "data set"),
    /** Network. */
    MODEL("vgg-11", "vgg-11, resnet-20, resnet-20-evonorm, mlp or linear", "network"),
    /** Scale of the numbers of channels and hidden units. */
    WIDTH("1", "a number in (0, 16]", "scale of the numbers of channels and hidden units"),
    /** Dropout probability where the network has dropout. */
    DROPOUT("0.5", "a number in [0, 1)", "probability of dropping a unit of VGG-11; other models drop none"),
    /** Topology. */
    TOPOLOGY("ring", "a topology that fits the number of workers", "who averages with whom"),
    /** Number of workers n. */
    WORKERS("32", "a whole number in [1, 4096]", "number of workers"),
    /** Images per worker and step. */
    BATCH_SIZE("16", "a whole number in [1, 65536]", "images per worker and step"),
    /** Step size. */
    LEARNING_RATE("0.05", "a number in [1e-9, 1e6]", "step size"),
    /** Factors on the learning rate over the run. */
    LEARNING_RATE_SCHEDULE("constant", "constant, or stages factor:share such as 1:0.75+0.1:0.25 with shares that add up"
            + " to 1", "factors on the learning rate, each for a share of the run; in files also [[1, 0.75], [0.1, 0.25]]"),
    /** Heavy-ball momentum. */
    MOMENTUM("0.9", "a number in [0, 1)", "heavy-ball momentum"),
    /** L2 coefficient on every parameter. */
    WEIGHT_DECAY("1e-4", "a number in [0, 1e6]", "L2 coefficient on every parameter, biases too"),
    /** Decay per step of the averaged parameters that are evaluated. */
    EMA("0.95", "a number in [0, 1)", "decay per step of the average that is evaluated; 0 for raw parameters"),
    /** Length of a run in epochs. */
    EPOCHS("25", "a number in (0, 1e6]", "length of a run; an epoch counts the images of all workers together"),
    /** Length of a run in steps. */
    STEPS("", "a whole number in [1, 1000000000]", "length of a run in steps, instead of epochs"),
    /** How the training images are divided among the workers. */
    PARTITION("shared", "shared, random or dirichlet-ALPHA with ALPHA above 0", "who draws which training images"),
    /** Use only the first training images. */
    TRAIN_LIMIT("", "a whole number in [1, 1000000]", "train on the first so many images only"),
    /** Number of evaluations over a run. */
    EVALUATIONS("10", "a whole number in [1, 10000]", "number of evaluations, denser at the start, one at the end"),
    /** Share of the evaluations in the first half of the run. */
    EVALUATION_ALPHA("0.75", "a number in [0.5, 1)", "share of the evaluations in the first half of each stage"),
    /** Number of workers that are evaluated. */
    EVALUATED_WORKERS("2", "a whole number in [1, 4096]", "workers evaluated, evenly spread, beside the mean model"),
    /** Number of training images scored in an evaluation. */
    EVALUATE_TRAIN_IMAGES("10000", "a whole number in [0, 1000000]", "training images scored in an evaluation"),
    /** Number of test images scored in an evaluation. */
    EVALUATE_TEST_IMAGES("", "a whole number in [1, 1000000]", "score the first so many test images only"),
    /** Test loss above which a run counts as diverged. */
    DIVERGENCE_LOSS("", "a number in (0, 1e6]", "test loss above which a run has diverged; 2.6 on cifar-10, else none"),
    /** How often training is continued from its end, to measure the covariance between workers. */
    REPETITIONS("0", "0 or a whole number in [2, 10000]", "continuations after training that measure the covariance of"
            + " workers"),
    /** Length of a repetition in steps. */
    REPETITION_STEPS("100", "a whole number in [1, 1000000]", "steps of a continuation"),
    /** Share of the parameters that a repetition keeps. */
    COORDINATES("0.01", "a number in (0, 1]", "share of the parameters, drawn at random, that covariances are averaged"
            + " over"),
    /** What computes the gradients. */
    ENGINE("auto", "auto, stacked, dl4j or reference", "stacked: all replicas as one program; dl4j: one network after"
            + " another; reference: plain Java without native libraries, slow, for comparison"),
    /** Where an engine runs. */
    DEVICE("auto", "auto, cpu or cuda", "auto takes an NVIDIA GPU where one is usable, and says why where not"),
    /** Number of the GPU. */
    DEVICES("0", "the number of a GPU in [0, 1023]", "which GPU, as nvidia-smi counts; several have runs side by side"),
    /** Arithmetic of convolutions, and with {@code bf16} of dense layers, on a GPU. */
    PRECISION("tf32", "fp32, tf32 or bf16",
            "arithmetic on a GPU of convolutions, and with bf16 of dense layers too; all else has fp32"),
    /** Native threads. */
    THREADS("0", "a whole number in [0, 1024]", "threads of the engine; 0 takes every core"),
    /** Seed of everything random in a run. */
    SEED("1", "a whole number in [0, " + Long.MAX_VALUE + "]", "seed of everything random in a run");

    private final String standard;
    private final String allowed;
    private final String meaning;

    Key(String standard, String allowed, String meaning) {
        this.standard = standard;
        this.allowed = allowed;
        this.meaning = meaning;
    }

    /** The value where nothing is given; empty for none. */
    public String standard() {
        return standard;
    }

    /** The allowed values in words, as they follow "must be". */
    public String allowed() {
        return allowed;
    }

    /** What the key is, in a few words. */
    public String meaning() {
        return meaning;
    }

    /** Whether the runs of a grid can differ in it; they share one data set and one place. */
    public boolean canVary() {
        return this != DATA_SET && this != DEVICE && this != DEVICES;
    }

    /** As written in files: {@code learning-rate}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The names of all keys, in order. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Key::toString).toList();
    }

    /**
     * The key of a name.
     *
     * @throws ConfigurationException if there is none, naming the nearest one
     */
    public static Key of(String name) {
        for (Key key : values()) {
            if (key.toString().equals(name)) {
                return key;
            }
        }
        throw new ConfigurationException("unknown key " + Shown.value(name) + Nearest.hint(name, names()));
    }

    /** The exception that says that a text is none of those allowed. */
    ConfigurationException rejectsText(String text) {
        return rejects(Shown.value(text));
    }

    /** The exception that says that a value is none of those allowed. */
    ConfigurationException rejects(Object value) {
        return new ConfigurationException(this + " must be " + allowed + ", got " + value);
    }
}
