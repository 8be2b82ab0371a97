package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Update;
import dev.gossamer.topology.MixingMatrix;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class Nd4jMatricesTest {

    /** Each is read as it was before the step. */
    @Test
    void twoMatricesMayBecomeEachOther() {
        Update rule = Update.of(step -> {
            Kept other = step.keep("other", Kept.Initial.ZERO);
            other.becomes(step.parameters());
            step.parameters().becomes(other);
        });
        INDArray x = Nd4j.createFromArray(new double[][] {{1, 2}});
        INDArray other = Nd4j.createFromArray(new double[][] {{3, 4}});
        new Nd4jMatrices(rule, Map.of(rule.parameters(), x, rule.kept("other"), other,
                rule.gradients(), Nd4j.zeros(x.dataType(), 1, 2)), List.of())
                .step(new Clock(0, 1), MixingMatrix.of(new double[][] {{1}}));
        assertArrayEquals(new double[] {3, 4}, x.toDoubleVector());
        assertArrayEquals(new double[] {1, 2}, other.toDoubleVector());
    }

    @Test
    void coefficientsAreOfAllWorkersOrOfEach() {
        Coefficient each = Coefficient.ofWorkers(clock -> new double[] {2, 3});
        Update rule = Update.of(step -> step.parameters().becomes(step.parameters().times(10).plus(1).times(each)));
        INDArray x = Nd4j.createFromArray(new double[][] {{1, 2}, {3, 4}});
        new Nd4jMatrices(
                rule, Map.of(rule.parameters(), x, rule.gradients(), Nd4j.zeros(x.dataType(), 2, 2)), List.of())
                .step(new Clock(0, 1), MixingMatrix.identity(2));
        assertArrayEquals(new double[][] {{22, 42}, {93, 123}}, x.toDoubleMatrix());
    }
}
