package dev.gossamer.model.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.model.Initialization;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitVarScalingNormalFanIn;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanIn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Initial weights against samples that DL4J draws: mean, deviation and the largest value. */
class WeightDistributionsTest {

    private static final int IN = 90;
    private static final int OUT = 400;

    static Stream<IWeightInit> known() {
        return Stream.concat(
                Arrays.stream(WeightInit.values())
                        .filter(kind -> kind != WeightInit.DISTRIBUTION && kind != WeightInit.IDENTITY
                                && kind != WeightInit.XAVIER_LEGACY)
                        .map(WeightInit::getWeightInitFunction),
                Stream.of(new WeightInitDistribution(new NormalDistribution(0.3, 0.1)),
                        new WeightInitDistribution(new TruncatedNormalDistribution(0.3, 0.1)),
                        new WeightInitDistribution(new UniformDistribution(-0.1, 0.4)),
                        new WeightInitDistribution(new ConstantDistribution(0.25)),
                        new WeightInitVarScalingNormalFanIn(2.0), new WeightInitVarScalingUniformFanIn(0.5)));
    }

    @ParameterizedTest
    @MethodSource("known")
    void drawsAsDl4jDoes(IWeightInit weights) {
        Nd4j.getRandom().setSeed(5);
        double[] theirs = weights.init(IN, OUT, new long[] {IN, OUT}, 'f', Nd4j.create(DataType.DOUBLE, IN * OUT))
                .dup('f').data().asDouble();
        Initialization initialization =
                WeightDistributions.of(weights, new WeightDistributions.Fans(IN, OUT)).orElseThrow();
        double[] ours = draw(initialization);
        double deviation = deviation(theirs);
        assertEquals(mean(theirs), mean(ours), 0.03 * deviation + 1e-12);
        assertEquals(deviation, deviation(ours), 0.03 * deviation + 1e-12);
        assertEquals(largest(theirs), largest(ours), (isBounded(initialization) ? 0.01 : 0.3) * largest(theirs));
    }

    private static boolean isBounded(Initialization initialization) {
        return initialization.kind() != Initialization.Kind.NORMAL;
    }

    /** By the definition of each kind, as a layer's first parameter would. */
    private static double[] draw(Initialization initialization) {
        Random random = new Random(7);
        double[] drawn = new double[IN * OUT];
        Arrays.setAll(drawn, i -> initialization.draw(random));
        return drawn;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElseThrow());
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }

    @Test
    void othersAreUnknown() {
        for (IWeightInit weights : new IWeightInit[] {WeightInit.IDENTITY.getWeightInitFunction(), null,
                WeightInit.XAVIER_LEGACY.getWeightInitFunction(),
                new WeightInitDistribution(new OrthogonalDistribution(1))}) {
            assertEquals(Optional.empty(), WeightDistributions.of(weights, new WeightDistributions.Fans(IN, OUT)));
        }
        assertTrue(known().count() > 20);
    }
}
