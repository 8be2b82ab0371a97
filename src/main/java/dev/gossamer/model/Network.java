package dev.gossamer.model;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import dev.gossamer.data.ImageShape;
import dev.gossamer.text.Nearest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What is trained: a model and its sizes.
 *
 * @param model the model
 * @param width factor on the numbers of channels and hidden units, rounded, at least 1 each; in (0, 16], and always 1
 *     of a model that is not scaled
 * @param dropout probability of dropping a unit, in [0, 1); always 0 where the model drops none
 * @param labelSmoothing share of the target that goes to all classes alike in training, in [0, 1)
 * @param settings values of the model's own keys
 */
public record Network(Model model, double width, double dropout, double labelSmoothing, Settings settings) {

    /** Which model. */
    public static final Key<Model> MODEL =
            Key.<Model>of("model", "vgg-11", Models.CATALOGUE.inWords(), "network", Network::model)
                    .hinting(text -> Nearest.question(text, Models.CATALOGUE.names())).written(Model::form);

    /** Scale of the numbers of channels and hidden units. */
    public static final Key<Double> WIDTH =
            Key.number("width", "1", "(0, 16]", "scale of the numbers of channels and hidden units");

    /** Dropout probability where the network has dropout. */
    public static final Key<Double> DROPOUT =
            Key.number("dropout", "0.5", "[0, 1)",
                    "probability of dropping a unit of vgg-11 and vgg-11-groupnorm; other models drop none");

    /** Share of the target of training that goes to all classes alike. */
    public static final Key<Double> LABEL_SMOOTHING = Key.number("label-smoothing", "0", "[0, 1)",
            "share of the target that goes to all classes alike in training; evaluations do without").before("0");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = keys();

    /** Java's buffers hold a row of the parameter matrix up to 2 GiB. */
    private static final int MOST_PARAMETERS = Integer.MAX_VALUE / Float.BYTES;

    private static Model model(String name) {
        var match = Models.CATALOGUE.find(name).orElseThrow(IllegalArgumentException::new);
        return match.entry().model(match.parameters());
    }

    private static List<Key<?>> keys() {
        List<Key<?>> keys = new ArrayList<>(List.of(MODEL, WIDTH, DROPOUT, LABEL_SMOOTHING));
        keys.addAll(Models.CATALOGUE.keys());
        return List.copyOf(keys);
    }

    /**
     * Checks the ranges.
     *
     * @throws ConfigurationException naming the key, the value and what is allowed
     */
    public Network {
        width = model.scales() ? WIDTH.check(width) : 1;
        dropout = model.drops() ? DROPOUT.check(dropout) : 0;
        LABEL_SMOOTHING.check(labelSmoothing);
    }

    /** A network of a configuration. */
    public static Network of(Values values) {
        Model model = values.get(MODEL);
        return new Network(model, values.get(WIDTH), values.get(DROPOUT), values.get(LABEL_SMOOTHING),
                Settings.of(model, values));
    }

    /**
     * A network whose model has its standard values otherwise.
     *
     * @param model the name of a model
     * @throws ConfigurationException if there is no such model, or a number is out of range
     */
    public static Network of(String model, double width, double dropout) {
        Model found = MODEL.parse(model);
        return new Network(found, width, dropout, 0, Settings.of(found, Values.NONE));
    }

    /**
     * The same with the model that is known, where an equal one is, so that its file is read once.
     *
     * @param known equal models by themselves, to which this network's is added where there is none
     */
    public Network with(Map<Model, Model> known) {
        return new Network(known.computeIfAbsent(model, own -> own), width, dropout, labelSmoothing, settings);
    }

    /** Writes it down. */
    public void write(Written written) {
        written.put(MODEL, model);
        written.put(WIDTH, width);
        written.put(DROPOUT, dropout);
        written.put(LABEL_SMOOTHING, labelSmoothing);
        settings.write(written);
    }

    /** A number of channels or units times the width, at least 1. */
    public int scaled(int size) {
        return Math.max(1, Math.toIntExact(Math.round(size * width)));
    }

    /**
     * The network as DL4J's configuration.
     *
     * @param images shape of the images, which has to fit the model
     * @param classes number of classes, at least 2
     * @param seed seed of the initial parameters
     * @param type {@code FLOAT} or {@code DOUBLE}
     * @throws IllegalArgumentException if an argument is out of range, the images do not fit the model, or it would
     *     have more than 2^31 - 1 parameters
     */
    public ComputationGraphConfiguration configuration(ImageShape images, int classes, long seed, DataType type) {
        check(classes >= 2, "classes must be at least 2, got " + classes);
        check(type == DataType.FLOAT || type == DataType.DOUBLE, "data type must be FLOAT or DOUBLE, got " + type);
        try {
            GraphAssembly graph = new GraphAssembly(seed, type);
            ComputationGraphConfiguration configuration =
                    graph.end(Models.LOSS, model.logits(graph, this, images, classes), model.loss(), labelSmoothing);
            if (Models.parameters(configuration) > MOST_PARAMETERS) {
                throw new ArithmeticException("too many parameters");
            }
            return configuration;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("width must be smaller, got "
                    + BigDecimal.valueOf(width).stripTrailingZeros().toPlainString() + ": model " + model.form()
                    + " would have more than " + MOST_PARAMETERS + " parameters");
        }
    }

    /**
     * Sizes of its parameter tensors, in any order.
     *
     * @param images shape of the images
     * @param classes number of classes, at least 2
     * @throws IllegalArgumentException as {@link #configuration} does
     */
    public long[] tensors(ImageShape images, int classes) {
        return Models.tensors(configuration(images, classes, 0, DataType.FLOAT));
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }
}
