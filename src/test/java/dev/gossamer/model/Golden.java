package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.data.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Numbers of a PyTorch run with parameters and input given by formula (key {@code fill} of the file). */
public final class Golden {

    /** Parameters beside the given ones, among which all sides of a ReLU's edge should be that rounding may choose. */
    private static final int NEIGHBOURS = 30;

    private static final double ROUNDING = 3e-7;

    private final JsonNode root;

    public Golden(String file) {
        try (InputStream in = Golden.class.getResourceAsStream("/reference/" + file)) {
            root = new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(file, e);
        }
    }

    public JsonNode root() {
        return root;
    }

    /** What a loss in single precision may differ: twice PyTorch's rounding error, where that is not a lucky one. */
    public double lossTolerance() {
        double loss = root.get("float64").get("loss").doubleValue();
        return 2 * Math.max(root.get("rounding").get("loss_abs_difference").doubleValue(), Math.ulp((float) loss));
    }

    public List<JsonNode> parameters() {
        List<JsonNode> parameters = new ArrayList<>();
        root.get("parameters").forEach(parameters::add);
        return parameters;
    }

    public static int size(JsonNode parameter) {
        int size = 1;
        for (JsonNode n : parameter.get("shape")) {
            size *= n.intValue();
        }
        return size;
    }

    /** All parameters [1, d], rounded to float. */
    public INDArray parameterVector(DataType type) {
        float[] values = parameterValues();
        return Nd4j.createFromArray(values).reshape(1, values.length).castTo(type);
    }

    /** All parameters, rounded to float; without ND4J. */
    public float[] parameterValues() {
        float[] values = new float[root.get("num_parameters").intValue()];
        int from = 0;
        List<JsonNode> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            int size = size(parameters.get(k));
            for (int i = 0; i < size; i++) {
                values[from + i] = (float) value(parameters.get(k), i, k);
            }
            from += size;
        }
        return values;
    }

    private static double value(JsonNode parameter, int i, int k) {
        return switch (parameter.get("kind").textValue()) {
            case "conv bias", "linear bias" -> 0.01 * Math.sin(0.3 * i + k);
            case "batchnorm weight" -> 1 + 0.1 * Math.sin(i + k);
            case "batchnorm bias" -> 0.05 * Math.cos(i + k);
            default -> Math.sqrt(6.0 / parameter.get("fan_in").intValue()) * (hash(i, k) / 2147483648.0 - 1);
        };
    }

    private static long hash(int i, int k) {
        int h = i + (int) 2654435769L * (k + 1);
        h ^= h >>> 16;
        h *= (int) 2246822507L;
        h ^= h >>> 13;
        h *= (int) 3266489909L;
        h ^= h >>> 16;
        return Integer.toUnsignedLong(h);
    }

    /** Images [4, 3, 32, 32], rounded to float. */
    public INDArray input(DataType type) {
        return Nd4j.createFromArray(inputValues()).reshape(4, 3, 32, 32).castTo(type);
    }

    /** Images [4, 3, 32, 32], rounded to float; without ND4J. */
    public static float[] inputValues() {
        float[] values = new float[4 * 3 * 32 * 32];
        for (int j = 0; j < values.length; j++) {
            values[j] = (float) (Math.sin(0.013 * j) * 1.5 + 0.2 * Math.cos(1.7 * j));
        }
        return values;
    }

    /** One-hot labels [4, 10]. */
    public INDArray labels(DataType type) {
        INDArray labels = Nd4j.zeros(type, 4, 10);
        for (int i = 0; i < 4; i++) {
            labels.putScalar(i, root.get("labels").get(i).intValue(), 1);
        }
        return labels;
    }

    public static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).doubleValue();
        }
        return numbers;
    }

    /** Class of each of the 4 images. */
    public int[] classes() {
        int[] classes = new int[4];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = root.get("labels").get(i).intValue();
        }
        return classes;
    }

    /** The network that the numbers are of. */
    public ComputationGraphConfiguration network(String model, DataType type) {
        return Network.of(model, root.path("width").asDouble(1), 0)
                .configuration(new ImageShape(3, 32, 32), 10, 1, type);
    }

    /** The gradient in double precision, which {@code ReferenceModelTest} checks against PyTorch's. */
    public double[] exactGradient(String model) {
        return exactGradient(model, parameterVector(DataType.DOUBLE));
    }

    private double[] exactGradient(String model, INDArray parameters) {
        ComputationGraph net = new ComputationGraph(network(model, DataType.DOUBLE));
        net.init(parameters, false);
        net.setInput(0, input(DataType.DOUBLE));
        net.setLabel(0, labels(DataType.DOUBLE));
        net.computeGradientAndScore();
        return net.getFlattenedGradients().toDoubleVector();
    }

    /**
     * Checks that a gradient in single precision is about as exact as PyTorch's own. Rounding may put a value on the
     * other side of a ReLU's edge, where gradients jump: then it has to be the exact one with such jumps, as exactly.
     *
     * @param factor how many times PyTorch's rounding error is allowed
     */
    public void checkRounding(String model, float[] rounded, double factor) {
        double[] exact = exactGradient(model);
        String wrong = beyondRounding(exact, rounded, factor);
        for (int seed = 1; wrong != null && seed <= NEIGHBOURS; seed++) {
            wrong = beyondRounding(withJumps(model, exact, seed), rounded, factor) == null ? null : wrong;
        }
        assertNull(wrong);
    }

    /**
     * The gradient, and its jumps on the way to parameters beside the given ones and to those on the opposite side:
     * whatever changes smoothly cancels in the sum of the two differences.
     */
    private double[] withJumps(String model, double[] exact, long seed) {
        double[] one = exactGradient(model, neighbour(seed, ROUNDING));
        double[] other = exactGradient(model, neighbour(seed, -ROUNDING));
        double[] all = new double[exact.length];
        Arrays.setAll(all, k -> one[k] + other[k] - exact[k]);
        return all;
    }

    /** Checks likewise, beside a gradient in double precision of which rounding cannot change a ReLU's side. */
    public void checkRounding(double[] exact, float[] rounded, double factor) {
        assertNull(beyondRounding(exact, rounded, factor));
    }

    /** The parameters, each changed by about that share of it. */
    private INDArray neighbour(long seed, double share) {
        double[] values = parameterVector(DataType.DOUBLE).toDoubleVector();
        Random random = new Random(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] *= 1 + share * random.nextGaussian();
        }
        return Nd4j.createFromArray(values);
    }

    /**
     * The first parameter whose gradient is less exact than PyTorch's, or null. Its error of one parameter is one draw,
     * and a lucky one for some, so that the error of the whole gradient counts as well.
     */
    private String beyondRounding(double[] exact, float[] rounded, double factor) {
        double whole = root.get("rounding").get("whole_grad_relative_l2_error").doubleValue();
        int from = 0;
        for (JsonNode parameter : parameters()) {
            int to = from + size(parameter);
            double error = 0;
            double norm = 0;
            for (int i = from; i < to; i++) {
                error += (rounded[i] - exact[i]) * (rounded[i] - exact[i]);
                norm += exact[i] * exact[i];
            }
            double[] documented = numbers(parameter.get("grad_relative_l2_error_float32"));
            double allowed = factor * Math.max(whole, Math.max(documented[0], documented[1]));
            double relative = Math.sqrt(error / norm);
            if (!(relative <= allowed)) {
                return parameter.get("name") + ": " + relative + " > " + allowed;
            }
            from = to;
        }
        return null;
    }
}
