package dev.gossamer.model;

import dev.gossamer.data.ImageShape;
import java.math.BigDecimal;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The models by name, as DL4J configurations: one input of images [b, c, h, w], one output layer named {@value #LOSS}
 * with mean softmax cross-entropy against labels [b, classes] (one-hot), whose input is the layer {@value #LOGITS} and
 * whose output is log-probabilities [b, classes].
 *
 * <p>Score and gradients are means over the batch. Parameters are packed in one vector in the order and layout of
 * PyTorch's {@code named_parameters()}: convolution weights [out, in, k, k] and linear weights [out, in] in C order,
 * each followed by its bias. {@code ComputationGraph.init()} fills the vector from the seed alone.
 */
public final class Models {

    /** Name of the output layer. */
    public static final String LOSS = "loss";
    /** Name of the layer whose output is the logits [b, classes]. */
    public static final String LOGITS = "logits";

    /** Java's buffers hold a row of the parameter matrix up to 2 GiB. */
    private static final int MOST_PARAMETERS = Integer.MAX_VALUE / Float.BYTES;

    private static final String VGG_11 = "vgg-11";
    private static final String RESNET_20 = "resnet-20";
    private static final String RESNET_20_EVONORM = "resnet-20-evonorm";
    private static final String MLP = "mlp";
    private static final String LINEAR = "linear";

    private Models() {}

    /** All model names. */
    public static List<String> names() {
        return List.of(VGG_11, RESNET_20, RESNET_20_EVONORM, MLP, LINEAR);
    }

    /** Whether a model has dropout layers. */
    public static boolean drops(String model) {
        return model.equals(VGG_11);
    }

    /**
     * Configuration of a model.
     *
     * @param model one of {@link #names()}
     * @param width factor on the number of channels and hidden units, rounded, at least 1 each; above 0
     * @param dropout probability of dropping a value in the dropout layers of VGG-11, in [0, 1); the others have none
     * @param input shape of the images; VGG-11 needs 32x32 pixels
     * @param classes number of classes, at least 2
     * @param seed seed of the initial parameters
     * @param type {@code FLOAT} or {@code DOUBLE}
     * @throws IllegalArgumentException if an argument is out of range, the images do not fit the model, or it would
     *     have more than 2^31 - 1 parameters
     */
    public static ComputationGraphConfiguration configuration(
            String model, double width, double dropout, ImageShape input, int classes, long seed, DataType type) {
        check(width > 0 && width < Double.POSITIVE_INFINITY, "width must be above 0, got " + width);
        check(dropout >= 0 && dropout < 1, "dropout must be in [0, 1), got " + dropout);
        check(classes >= 2, "classes must be at least 2, got " + classes);
        check(type == DataType.FLOAT || type == DataType.DOUBLE, "data type must be FLOAT or DOUBLE, got " + type);
        try {
            GraphAssembly graph = new GraphAssembly(seed, type);
            ComputationGraphConfiguration configuration =
                    graph.end(LOSS, logits(graph, model, width, dropout, input, classes));
            if (parameters(configuration) > MOST_PARAMETERS) {
                throw new ArithmeticException("too many parameters");
            }
            return configuration;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("width must be smaller, got "
                    + BigDecimal.valueOf(width).stripTrailingZeros().toPlainString() + ": model " + model
                    + " would have more than " + MOST_PARAMETERS + " parameters");
        }
    }

    /** Number of parameters of a network that is configured, not made. */
    public static long parameters(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream().mapToLong(vertex -> vertex.numParams(false)).sum();
    }

    private static String logits(
            GraphAssembly graph, String model, double width, double dropout, ImageShape input, int classes) {
        return switch (model) {
            case VGG_11 -> Vgg11.logits(graph, width, dropout, input, classes);
            case RESNET_20 -> ResNet20.logits(graph, width, false, input, classes);
            case RESNET_20_EVONORM -> ResNet20.logits(graph, width, true, input, classes);
            case MLP -> mlp(graph, width, input, classes);
            case LINEAR -> graph.dense(LOGITS, input.size(), classes, false, graph.input());
            default -> throw new IllegalArgumentException(
                    "model must be one of " + String.join(", ", names()) + ", got " + model);
        };
    }

    private static String mlp(GraphAssembly graph, double width, ImageShape input, int classes) {
        int hidden = scaled(5000, width);
        String units = graph.dense("hidden", input.size(), hidden, true, graph.input());
        return graph.dense(LOGITS, hidden, classes, false, units);
    }

    /** A number of channels or units times the width factor. */
    static int scaled(int size, double width) {
        return Math.max(1, Math.toIntExact(Math.round(size * width)));
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }
}
