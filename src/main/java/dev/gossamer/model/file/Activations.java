package dev.gossamer.model.file;

import dev.gossamer.model.ActivationFunction;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Gossamer's functions for ND4J's. */
final class Activations {

    private static final Map<Class<? extends IActivation>, ActivationFunction> ALIKE = Map.ofEntries(
            Map.entry(ActivationReLU6.class, ActivationFunction.RELU6),
            Map.entry(ActivationSELU.class, ActivationFunction.SELU),
            Map.entry(ActivationGELU.class, ActivationFunction.GELU),
            Map.entry(ActivationSigmoid.class, ActivationFunction.SIGMOID),
            Map.entry(ActivationTanH.class, ActivationFunction.TANH),
            Map.entry(ActivationSoftPlus.class, ActivationFunction.SOFTPLUS),
            Map.entry(ActivationSoftSign.class, ActivationFunction.SOFTSIGN),
            Map.entry(ActivationSwish.class, ActivationFunction.SWISH),
            Map.entry(ActivationMish.class, ActivationFunction.MISH),
            Map.entry(ActivationHardSigmoid.class, ActivationFunction.HARDSIGMOID),
            Map.entry(ActivationHardTanH.class, ActivationFunction.HARDTANH),
            Map.entry(ActivationCube.class, ActivationFunction.CUBE));

    private Activations() {}

    /** Whether it is max(x, 0). */
    static boolean isRelu(IActivation function) {
        return function instanceof ActivationReLU relu && isNone(relu.getMax()) && isNone(relu.getThreshold())
                && isNone(relu.getNegativeSlope());
    }

    private static boolean isNone(Double value) {
        return value == null || value == 0;
    }

    /** The same function; empty where there is none. */
    static Optional<ActivationFunction> of(IActivation function) {
        if (function instanceof ActivationLReLU leaky) {
            return Optional.of(ActivationFunction.LEAKYRELU)
                    .filter(same -> leaky.getAlpha() == ActivationFunction.LEAK);
        }
        if (function instanceof ActivationELU elu) {
            return Optional.of(ActivationFunction.ELU).filter(same -> elu.getAlpha() == 1);
        }
        return isRelu(function) ? Optional.of(ActivationFunction.RELU)
                : Optional.ofNullable(ALIKE.get(function.getClass()));
    }
}
