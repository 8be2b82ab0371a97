package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Logits, loss and every parameter's gradient against PyTorch: in double precision to many digits, in single precision
 * within a few times what rounding alone does to PyTorch's own numbers.
 */
class ReferenceModelTest {

    private static final double DOUBLE_TOLERANCE = 1e-9;

    @ParameterizedTest
    @CsvSource({"vgg-11, model-vgg11.json, 2", "resnet-20, model-resnet20.json, 2",
        "resnet-20-evonorm, model-resnet20-evonorm.json, 5", "resnet-20-groupnorm, model-resnet20-groupnorm.json, 5",
        "resnet-18, model-resnet18.json, 2", "resnet-18-groupnorm, model-resnet18-groupnorm.json, 5",
        "wide-resnet-16-4, model-wide-resnet.json, 2", "lenet, model-lenet.json, 2",
        "lenet-groupnorm, model-lenet-groupnorm.json, 5", "vgg-11-groupnorm, model-vgg11-groupnorm.json, 5",
        "vit-tiny, model-vit-tiny.json, 5", "logistic, model-logistic.json, 2"})
    void agreesWithPyTorch(String model, String file, double factor) {
        Golden golden = new Golden(file);
        Step exact = new Step(model, golden, DataType.DOUBLE, golden.parameterVector(DataType.DOUBLE));
        JsonNode expected = golden.root().get("float64");
        checkLogits(expected.get("logits"), exact.logits, 1e-10);
        assertEquals(expected.get("loss").doubleValue(), exact.loss, 1e-10);
        checkGradients(golden, exact.gradient);

        Step rounded = new Step(model, golden, DataType.FLOAT, golden.parameterVector(DataType.FLOAT));
        JsonNode rounding = golden.root().get("rounding");
        double logitsRounding = rounding.get("logits_max_abs_difference").doubleValue();
        checkLogits(expected.get("logits"), rounded.logits, 2 * logitsRounding);
        assertEquals(exact.loss, rounded.loss, golden.lossTolerance());
        golden.checkRounding(exact.gradient.toDoubleVector(), rounded.gradient.toFloatVector(), factor);
        checkAfterOneStep(model, golden, exact.gradient);
    }

    private static void checkAfterOneStep(String model, Golden golden, INDArray gradient) {
        JsonNode after = golden.root().get("after_one_step");
        INDArray parameters = golden.parameterVector(DataType.DOUBLE);
        double rate = after.get("learning_rate").doubleValue();
        double decay = after.get("weight_decay").doubleValue();
        INDArray stepped = parameters.sub(gradient.add(parameters.mul(decay)).mul(rate));
        Step second = new Step(model, golden, DataType.DOUBLE, stepped);
        checkLogits(after.get("float64").get("logits"), second.logits, 1e-9);
        assertEquals(after.get("float64").get("loss").doubleValue(), second.loss, 1e-9);
    }

    /** One forward and backward pass. */
    private static final class Step {
        final INDArray logits;
        final double loss;
        final INDArray gradient;

        Step(String model, Golden golden, DataType type, INDArray parameters) {
            ComputationGraph net = new ComputationGraph(golden.network(model, type));
            net.init(parameters, false);
            assertEquals(golden.root().get("num_parameters").longValue(), net.numParams());
            logits = net.feedForward(golden.input(type), true).get(Models.LOGITS);
            net.setInput(0, golden.input(type));
            net.setLabel(0, golden.labels(type));
            net.computeGradientAndScore();
            loss = net.score();
            gradient = net.getFlattenedGradients();
        }
    }

    private static void checkLogits(JsonNode expected, INDArray actual, double tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(Golden.numbers(expected.get(i)), actual.getRow(i).toDoubleVector(), tolerance);
        }
    }

    private static void checkGradients(Golden golden, INDArray gradient) {
        double[] all = gradient.toDoubleVector();
        int from = 0;
        for (JsonNode parameter : golden.parameters()) {
            JsonNode expected = parameter.get("float64");
            String name = parameter.get("name").textValue();
            int to = from + Golden.size(parameter);
            double sum = 0;
            double squares = 0;
            for (int i = from; i < to; i++) {
                sum += all[i];
                squares += all[i] * all[i];
            }
            double norm = expected.get("grad_l2").doubleValue();
            assertEquals(norm, Math.sqrt(squares), DOUBLE_TOLERANCE * norm, name);
            assertEquals(expected.get("grad_sum").doubleValue(), sum, 1e-8 * norm * Math.sqrt(to - from), name);
            double[] firstFive = Golden.numbers(expected.get("grad_first5"));
            for (int i = 0; i < firstFive.length; i++) {
                assertEquals(firstFive[i], all[from + i], DOUBLE_TOLERANCE * norm, name);
            }
            from = to;
        }
    }
}
