package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongPeriodTest {

    private static final double ZETA = 20;

    private static Scheme repeated(Scheme scheme, int times) {
        List<MixingMatrix> phases = new ArrayList<>();
        for (int step = 0; step < times * scheme.period().getAsInt(); step++) {
            phases.add(scheme.at(step));
        }
        return new PeriodicScheme(scheme.name() + " repeated", phases);
    }

    /** The same scheme, once with a short and once with a long period. */
    @ParameterizedTest
    @CsvSource({"double-binary-trees,12", "local-steps-4,8", "time-varying-exponential,8", "simple-base-1,7", "star,6"})
    void ratesDoNotDependOnHowOftenThePeriodIsRepeated(String name, int workers) {
        Scheme scheme = Topologies.parse(name, workers);
        RandomQuadratic expected = new RandomQuadratic(scheme, ZETA);
        RandomQuadratic actual = new RandomQuadratic(repeated(scheme, 16), ZETA);
        for (double learningRate : new double[] {0.001, 0.03, 0.1, 1.5}) {
            assertEquals(expected.exactRate(learningRate).isPresent(), actual.exactRate(learningRate).isPresent());
            assertEquals(expected.exactRate(learningRate).orElse(0), actual.exactRate(learningRate).orElse(0), 1e-10);
        }
        assertEquals(expected.exactBest().rate(), actual.exactBest().rate(), 1e-10);
        assertEquals(expected.exactBest().learningRate(), actual.exactBest().learningRate(), 1e-5);
    }

    /** Matrix products, many periods, nothing else. */
    @Test
    void randomMatchingAsSteppedThrough() {
        int n = 7;
        double learningRate = 0.07;
        Scheme scheme = Topologies.parse("random-matching", n);
        double a = (1 - learningRate) * (1 - learningRate);
        double c = (ZETA - 1) * learningRate * learningRate;
        double[][] covariance = MixingMatrix.identity(n).toDense();
        double logarithm = 0;
        for (int step = 0; step < 4 * scheme.period().getAsInt(); step++) {
            double[][] w = scheme.at(step).toDense();
            double[][] next = new double[n][n];
            double trace = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    for (int k = 0; k < n; k++) {
                        for (int l = 0; l < n; l++) {
                            double between = (k == l ? a + c : a) * covariance[k][l];
                            next[i][j] += w[i][k] * w[j][l] * between;
                        }
                    }
                }
                trace += next[i][i];
            }
            logarithm += step >= 3 * scheme.period().getAsInt() ? Math.log(trace) : 0;
            for (double[] row : next) {
                for (int j = 0; j < n; j++) {
                    row[j] /= trace;
                }
            }
            covariance = next;
        }
        double expected = 1 - Math.exp(logarithm / scheme.period().getAsInt());
        assertEquals(expected, new RandomQuadratic(scheme, ZETA).exactRate(learningRate).getAsDouble(), 1e-11);
    }

    /** Where the covariance vanishes in a step, or is larger than any double. */
    @Test
    void learningRatesAtTheEnds() {
        Scheme scheme = Topologies.parse("random-matching", 8);
        assertEquals(1, new RandomQuadratic(scheme, 1).exactRate(1).orElseThrow());
        assertEquals(1 - 0.7 * 0.7, new RandomQuadratic(scheme, 1).exactRate(0.3).orElseThrow(), 1e-12);
        for (double learningRate : new double[] {2, 1e200, Double.MAX_VALUE}) {
            assertTrue(new RandomQuadratic(scheme, 1).exactRate(learningRate).isEmpty());
            assertTrue(new RandomQuadratic(scheme, ZETA).exactRate(learningRate).isEmpty());
        }
    }

    @Test
    void localStepsOfAVeryLongPeriodApproachThoseAlone() {
        BestRate best = new RandomQuadratic(Topologies.parse("local-steps-1000", 4), ZETA).exactBest();
        assertEquals(1 / ZETA, best.rate(), 0.003);
        assertTrue(best.rate() > 1 / ZETA);
    }
}
