package dev.gossamer.model;

import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Activation functions by ND4J's operations; results are new arrays. Its own softplus, swish and Mish, or their
 * gradients, are infinite or no numbers far from 0.
 */
final class ArrayActivations {

    private ArrayActivations() {}

    /** f(x). */
    static INDArray value(ActivationFunction function, INDArray x) {
        return switch (function) {
            case GELU -> normal(x).muli(x);
            case GELU_TANH -> geluShare(x).muli(x);
            case SOFTPLUS -> softplus(x);
            case SWISH -> Transforms.sigmoid(x, true).muli(x);
            case MISH -> Transforms.tanh(softplus(x), false).muli(x);
            default -> nd4j(function).getActivation(x.dup('c'), true);
        };
    }

    /** dy f'(x). */
    static INDArray gradient(ActivationFunction function, INDArray x, INDArray dy) {
        return switch (function) {
            case GELU -> density(x).muli(x).addi(normal(x)).muli(dy);
            case GELU_TANH -> geluShareSlope(x).muli(x).addi(geluShare(x)).muli(dy);
            case SOFTPLUS -> Transforms.sigmoid(x, true).muli(dy);
            case SWISH -> {
                INDArray share = Transforms.sigmoid(x, true);
                yield share.rsub(1).muli(x).addi(1).muli(share).muli(dy);
            }
            case MISH -> {
                INDArray share = Transforms.tanh(softplus(x), false);
                yield share.mul(share).rsubi(1).muli(Transforms.sigmoid(x, true)).muli(x).addi(share).muli(dy);
            }
            default -> nd4j(function).backprop(x.dup('c'), dy.dup('c')).getFirst();
        };
    }

    private static IActivation nd4j(ActivationFunction function) {
        return Activation.valueOf(function.name()).getActivationFunction();
    }

    /** max(x, 0) + log(1 + e^-|x|). */
    private static INDArray softplus(INDArray x) {
        INDArray rest = Transforms.exp(Transforms.abs(x, true).negi(), false).addi(1);
        return Transforms.log(rest, false).addi(Transforms.max(x, 0, true));
    }

    private static INDArray normal(INDArray x) {
        INDArray y = x.mul(Math.sqrt(0.5));
        Nd4j.getExecutioner().exec(new Erf(y, y));
        return y.addi(1).muli(0.5);
    }

    private static INDArray density(INDArray x) {
        return Transforms.exp(x.mul(x).muli(-0.5), false).muli(1 / Math.sqrt(2 * Math.PI));
    }

    private static INDArray geluShare(INDArray x) {
        INDArray cubic = x.mul(x).muli(0.044715).addi(1).muli(x);
        return Transforms.sigmoid(cubic.muli(2 * Math.sqrt(2 / Math.PI)), false);
    }

    private static INDArray geluShareSlope(INDArray x) {
        INDArray share = geluShare(x);
        INDArray inner = x.mul(x).muli(3 * 0.044715).addi(1).muli(2 * Math.sqrt(2 / Math.PI));
        return inner.muli(share).muli(share.rsub(1));
    }
}
