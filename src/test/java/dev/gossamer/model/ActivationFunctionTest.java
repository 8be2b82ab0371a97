package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ActivationFunctionTest {

    private static final double STEP = 1e-5;

    /** Where an exponential overflows in single precision, or nearly does. */
    private static final List<Double> FAR =
            List.of(-1000.0, -100.0, -89.0, -50.0, -30.0, -23.0, 23.0, 30.0, 50.0, 89.0, 100.0, 1000.0);

    /** From -20 to 20, at no kink of any function. */
    private static double[] points() {
        return IntStream.range(0, 400).mapToDouble(i -> (i - 200) * 0.1 + 0.03).toArray();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = {"GELU", "GELU_TANH"})
    void valuesAndDerivativesAreThoseOfNd4j(ActivationFunction function) {
        IActivation expected = Activation.valueOf(function.name()).getActivationFunction();
        double[] x = points();
        INDArray dy = Nd4j.createFromArray(DoubleStream.of(x).map(value -> 2 + Math.sin(value)).toArray());
        double[] y = expected.getActivation(Nd4j.createFromArray(x), true).toDoubleVector();
        double[] dx = expected.backprop(Nd4j.createFromArray(x), dy.dup()).getFirst().toDoubleVector();
        for (int i = 0; i < x.length; i++) {
            assertEquals(y[i], function.value(x[i]), 1e-7 * (1 + Math.abs(y[i])), "at " + x[i]);
            assertEquals(dx[i], dy.getDouble(i) * function.derivative(x[i]), 1e-6 * (1 + Math.abs(dx[i])),
                    "slope at " + x[i]);
        }
    }

    /** As PyTorch 1.13 has them. */
    @ParameterizedTest
    @CsvSource({
        "GELU, -3, -0.00404969409489031", "GELU, -1, -0.15865525393145702", "GELU, 0.5, 0.34573123063700656",
        "GELU, 2, 1.9544997361036416", "GELU_TANH, -3, -0.0036373920817729943",
        "GELU_TANH, -1, -0.15880800939172324", "GELU_TANH, 0.5, 0.34571400982514394",
        "GELU_TANH, 2, 1.954597694087775"})
    void geluIsPyTorchs(ActivationFunction function, double x, double y) {
        assertEquals(y, function.value(x), 1e-12);
    }

    @ParameterizedTest
    @EnumSource
    void derivativesAreSlopes(ActivationFunction function) {
        for (double x : points()) {
            double slope = (function.value(x + STEP) - function.value(x - STEP)) / (2 * STEP);
            assertEquals(slope, function.derivative(x), 1e-7 * (1 + Math.abs(slope)), "at " + x);
        }
    }

    @ParameterizedTest
    @EnumSource
    void layersOfTheDl4jEngineComputeThem(ActivationFunction function) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            double tolerance = type == DataType.DOUBLE ? 1e-7 : 1e-5;
            double[] points =
                    DoubleStream.concat(DoubleStream.of(points()), FAR.stream().mapToDouble(far -> far)).toArray();
            INDArray x = Nd4j.createFromArray(points).castTo(type).reshape(4, points.length / 4, 1, 1);
            INDArray dy = TestNets.random(type, 3, x.shape());
            INDArray y = x.ulike();
            INDArray dx = x.ulike();
            Kernels.of(type).activate(function, x, y);
            Kernels.of(type).activateBackward(function, x, dy, dx);
            for (int i = 0; i < x.length(); i++) {
                double value = function.value(x.getDouble(i));
                double gradient = dy.getDouble(i) * function.derivative(x.getDouble(i));
                assertEquals(value, y.getDouble(i), tolerance * (1 + Math.abs(value)), "at " + x.getDouble(i));
                assertEquals(gradient, dx.getDouble(i), tolerance * (1 + Math.abs(gradient)), "at " + x.getDouble(i));
            }
        }
    }

    @Test
    void namesAreNd4js() {
        assertEquals("[identity, relu, relu6, leakyrelu, elu, selu, gelu, gelu-tanh, sigmoid, tanh, softplus, softsign, "
                + "swish, mish, hardsigmoid, hardtanh, cube]", Arrays.toString(ActivationFunction.values()));
    }
}
