package dev.gossamer.model;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;

/**
 * Functions {@code y = f(x)} of single values, by the names of ND4J's {@code Activation}, with its formulas but for
 * GELU. Where a function has a kink, its derivative there is the lower one of both sides, but for SELU that of the side
 * below 0.
 */
public enum ActivationFunction {

    /** x. */
    IDENTITY(x -> x, x -> 1),

    /** max(x, 0). */
    RELU(x -> Math.max(x, 0), x -> x > 0 ? 1 : 0),

    /** min(max(x, 0), 6): Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010. */
    RELU6(x -> Math.min(Math.max(x, 0), 6), x -> x > 0 && x < 6 ? 1 : 0),

    /** x, or 0.01 x where that is negative: Maas, Hannun and Ng, 2013. */
    LEAKYRELU(x -> x > 0 ? x : Constants.LEAK * x, x -> x > 0 ? 1 : Constants.LEAK),

    /** x, or e^x - 1 where that is negative: Clevert, Unterthiner and Hochreiter, ICLR 2016. */
    ELU(x -> elu(x, 1), x -> eluSlope(x, 1)),

    /** The ELU of {@link #SELU_ALPHA}, times {@link #SELU_SCALE}: Klambauer et al., NeurIPS 2017. */
    SELU(x -> Constants.SCALE * elu(x, Constants.ALPHA), x -> Constants.SCALE * eluSlope(x, Constants.ALPHA)),

    /**
     * x Phi(x) with the normal distribution function Phi, by the error function: Hendrycks and Gimpel, "Gaussian error
     * linear units", 2016, as PyTorch has it. ND4J's is x sigmoid(1.702 x), up to 0.02 away.
     */
    GELU(x -> x * normal(x), x -> normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)),

    /**
     * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, of the same paper, as PyTorch's {@code approximate="tanh"}.
     * ND4J's precise GELU has (0.044715 x)^3 in its place.
     */
    GELU_TANH(x -> x * geluShare(x), x -> geluShare(x) + x * geluShareSlope(x)),

    /** 1 / (1 + e^-x). */
    SIGMOID(ActivationFunction::sigmoid, x -> sigmoid(x) * sigmoid(-x)),

    /** The hyperbolic tangent. */
    TANH(Math::tanh, x -> 1 / Math.pow(Math.cosh(x), 2)),

    /** log(1 + e^x). */
    SOFTPLUS(ActivationFunction::softplus, ActivationFunction::sigmoid),

    /** x / (1 + |x|). */
    SOFTSIGN(x -> x / (1 + Math.abs(x)), x -> 1 / Math.pow(1 + Math.abs(x), 2)),

    /** x sigmoid(x), also called SiLU: Ramachandran, Zoph and Le, "Searching for activation functions", 2017. */
    SWISH(x -> x * sigmoid(x), x -> sigmoid(x) * (1 + x * sigmoid(-x))),

    /** x tanh(softplus(x)): Misra, BMVC 2020. */
    MISH(x -> x * Math.tanh(softplus(x)), x -> Math.tanh(softplus(x))
            + x * sigmoid(x) / Math.pow(Math.cosh(softplus(x)), 2)),

    /** min(max(0.2 x + 0.5, 0), 1): Courbariaux, Bengio and David, "BinaryConnect", 2015, as Keras had it. */
    HARDSIGMOID(x -> Math.min(Math.max(0.2 * x + 0.5, 0), 1), x -> Math.abs(x) < 2.5 ? 0.2 : 0),

    /** min(max(x, -1), 1). */
    HARDTANH(x -> Math.min(Math.max(x, -1), 1), x -> Math.abs(x) < 1 ? 1 : 0),

    /** x^3. */
    CUBE(x -> x * x * x, x -> 3 * x * x);

    /** Slope of the {@link #LEAKYRELU} for negative values. */
    public static final double LEAK = Constants.LEAK;

    /** What a {@link #SELU} divided by its scale comes to, negated, far below 0. */
    public static final double SELU_ALPHA = Constants.ALPHA;

    /** Slope of the {@link #SELU} for positive values. */
    public static final double SELU_SCALE = Constants.SCALE;

    private final DoubleUnaryOperator value;
    private final DoubleUnaryOperator derivative;

    /** Constants of an enum are made before its fields. */
    private static final class Constants {
        private static final double LEAK = 0.01;
        private static final double ALPHA = 1.6732632423543772848;
        private static final double SCALE = 1.0507009873554804934;
    }

    ActivationFunction(DoubleUnaryOperator value, DoubleUnaryOperator derivative) {
        this.value = value;
        this.derivative = derivative;
    }

    /** f(x). */
    public double value(double x) {
        return value.applyAsDouble(x);
    }

    /** f'(x). */
    public double derivative(double x) {
        return derivative.applyAsDouble(x);
    }

    /** Its name in lower case, such as {@code relu6} or {@code gelu-tanh}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static double elu(double x, double alpha) {
        return x > 0 ? x : alpha * Math.expm1(x);
    }

    private static double eluSlope(double x, double alpha) {
        return x > 0 ? 1 : alpha * Math.exp(x);
    }

    private static double normal(double x) {
        return Erf.erfc(-x / Math.sqrt(2)) / 2;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** (1 + tanh(u)) / 2 = sigmoid(2 u). */
    private static double geluShare(double x) {
        return sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
    }

    private static double geluShareSlope(double x) {
        double share = geluShare(x);
        return 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x) * share * (1 - share);
    }
}
