package dev.gossamer.model.file;

import dev.gossamer.model.Initialization;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.Distribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitLecunUniform;
import org.deeplearning4j.nn.weights.WeightInitNormal;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.deeplearning4j.nn.weights.WeightInitReluUniform;
import org.deeplearning4j.nn.weights.WeightInitSigmoidUniform;
import org.deeplearning4j.nn.weights.WeightInitUniform;
import org.deeplearning4j.nn.weights.WeightInitVarScalingNormalFanAvg;
import org.deeplearning4j.nn.weights.WeightInitVarScalingNormalFanIn;
import org.deeplearning4j.nn.weights.WeightInitVarScalingNormalFanOut;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanAvg;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanIn;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanOut;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.deeplearning4j.nn.weights.WeightInitXavierUniform;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What DL4J draws weights from: {@code init} of the classes in {@code org.deeplearning4j.nn.weights}, 1.0.0-M2.1. Fans
 * are those of its layers: of a convolution, {@code in k k} and {@code out k k / (stride stride)}.
 */
final class WeightDistributions {

    /** Of the fans of a layer. */
    record Fans(double in, double out) {

        double sum() {
            return in + out;
        }
    }

    private static final Map<Class<?>, Function<Fans, Initialization>> OF_FANS = Map.of(
            WeightInitXavier.class, fans -> Initialization.normal(Math.sqrt(2 / fans.sum())),
            WeightInitXavierUniform.class, fans -> Initialization.uniform(Math.sqrt(6 / fans.sum())),
            WeightInitRelu.class, fans -> Initialization.normal(Math.sqrt(2 / fans.in())),
            WeightInitReluUniform.class, fans -> Initialization.uniform(Math.sqrt(6 / fans.in())),
            WeightInitNormal.class, fans -> Initialization.normal(1 / Math.sqrt(fans.in())),
            WeightInitUniform.class, fans -> Initialization.uniform(1 / Math.sqrt(fans.in())),
            WeightInitLecunUniform.class, fans -> Initialization.uniform(3 / Math.sqrt(fans.in())),
            WeightInitSigmoidUniform.class, fans -> Initialization.uniform(4 * Math.sqrt(6 / fans.sum())));

    /** Those of a number of inputs or outputs, which may be scaled. */
    private static final Map<Class<?>, ToDoubleFunction<Fans>> SCALED_NORMAL = Map.of(
            WeightInitVarScalingNormalFanIn.class, Fans::in,
            WeightInitVarScalingNormalFanOut.class, Fans::out,
            WeightInitVarScalingNormalFanAvg.class, fans -> fans.sum() / 2);

    private static final Map<Class<?>, ToDoubleFunction<Fans>> SCALED_UNIFORM = Map.of(
            WeightInitVarScalingUniformFanIn.class, Fans::in,
            WeightInitVarScalingUniformFanOut.class, Fans::out,
            WeightInitVarScalingUniformFanAvg.class, fans -> fans.sum() / 2);

    private WeightDistributions() {}

    /** What is said in the words of {@link Initialization}; empty where it cannot be. */
    static Optional<Initialization> of(IWeightInit weights, Fans fans) {
        JsonNode fields = NeuralNetConfiguration.mapper().valueToTree(weights);
        if (weights instanceof WeightInitConstant) {
            return Optional.of(Initialization.constant(fields.path("value").asDouble()));
        }
        if (weights instanceof WeightInitDistribution) {
            return of(NeuralNetConfiguration.mapper().convertValue(fields.get("distribution"), Distribution.class));
        }
        return weights == null ? Optional.empty() : of(weights.getClass(), fields.path("scale").asDouble(1), fans);
    }

    private static Optional<Initialization> of(Class<?> formula, double scale, Fans fans) {
        if (SCALED_NORMAL.containsKey(formula)) {
            double variance = scale / SCALED_NORMAL.get(formula).applyAsDouble(fans);
            return Optional.of(new Initialization(Initialization.Kind.TRUNCATED, 0, Math.sqrt(variance)));
        }
        if (SCALED_UNIFORM.containsKey(formula)) {
            double fan = SCALED_UNIFORM.get(formula).applyAsDouble(fans);
            return Optional.of(Initialization.uniform(3 * scale / Math.sqrt(fan)));
        }
        return Optional.ofNullable(OF_FANS.get(formula)).map(found -> found.apply(fans));
    }

    private static Optional<Initialization> of(Distribution distribution) {
        if (distribution instanceof NormalDistribution normal) {
            return Optional.of(new Initialization(Initialization.Kind.NORMAL, normal.getMean(), normal.getStd()));
        }
        if (distribution instanceof TruncatedNormalDistribution normal) {
            return Optional.of(new Initialization(Initialization.Kind.TRUNCATED, normal.getMean(), normal.getStd()));
        }
        if (distribution instanceof UniformDistribution uniform) {
            double mean = (uniform.getLower() + uniform.getUpper()) / 2;
            return Optional.of(new Initialization(
                    Initialization.Kind.UNIFORM, mean, uniform.getUpper() - mean));
        }
        return distribution instanceof ConstantDistribution constant
                ? Optional.of(Initialization.constant(constant.getValue()))
                : Optional.empty();
    }
}
