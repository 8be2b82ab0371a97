package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.GoldenAlgorithms;
import dev.gossamer.algorithm.GoldenAlgorithms.Case;
import dev.gossamer.algorithm.GoldenAlgorithms.Golden;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.NaiveUpdate;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.MixingOrder;
import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Workforce;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** All executors of updates beside numbers of another implementation. */
class AlgorithmGoldenTest {

    /** Matrices of doubles that are stepped. */
    private interface Executor {

        double[][] get(Stored matrix);

        void put(Stored matrix, double[][] values);

        void step(Clock clock, MixingMatrix mixing);
    }

    /** The largest deviation of each executor and algorithm, as a share of the norm of a worker's parameters. */
    private static final Map<String, Double> LARGEST = new TreeMap<>();

    @AfterAll
    static void printLargestDeviations() {
        LARGEST.forEach((what, deviation) -> System.out.printf(Locale.ROOT, "%s: %.1e%n", what, deviation));
    }

    static List<Case> cases() {
        return GoldenAlgorithms.knownCases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFormulasAreThoseOfTheReference(Case golden) {
        Update rule = Update.of(golden.algorithm());
        NaiveUpdate naive = new NaiveUpdate(rule, Map.of());
        check("formulas, double", golden, rule, 1e-10, new Executor() {

            @Override
            public double[][] get(Stored matrix) {
                return naive.get(matrix);
            }

            @Override
            public void put(Stored matrix, double[][] values) {
                naive.put(matrix, values);
            }

            @Override
            public void step(Clock clock, MixingMatrix mixing) {
                naive.step(clock, mixing.toDense());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nd4jDoesThemInDoublePrecision(Case golden) {
        Update rule = Update.of(golden.algorithm());
        double[][] start = GoldenAlgorithms.start();
        Map<Stored, INDArray> matrices = new HashMap<>();
        rule.stored().forEach(matrix -> matrices.put(matrix, Nd4j.createFromArray(start)));
        Nd4jMatrices executor = new Nd4jMatrices(rule, matrices, List.of());
        check("nd4j, double", golden, rule, 1e-10, new Executor() {

            @Override
            public double[][] get(Stored matrix) {
                return matrices.get(matrix).toDoubleMatrix();
            }

            @Override
            public void put(Stored matrix, double[][] values) {
                matrices.get(matrix).assign(Nd4j.createFromArray(values));
            }

            @Override
            public void step(Clock clock, MixingMatrix mixing) {
                executor.step(clock, mixing);
            }
        });
    }

    /** Adam divides what may be nearly 0 by what may be: single precision is further away. */
    @ParameterizedTest
    @MethodSource("cases")
    void theHostDoesThemInSinglePrecision(Case golden) {
        Update rule = Update.of(golden.algorithm());
        int n = GoldenAlgorithms.start().length;
        int d = GoldenAlgorithms.start()[0].length;
        Map<Stored, List<FloatBuffer>> rows = new HashMap<>();
        for (Stored matrix : rule.stored()) {
            rows.put(matrix, new ArrayList<>());
            for (int i = 0; i < n; i++) {
                rows.get(matrix).add(ByteBuffer.allocateDirect(d * Float.BYTES).order(ByteOrder.nativeOrder())
                        .asFloatBuffer());
            }
        }
        try (Workforce workforce = new Workforce(2, () -> {})) {
            ReplicaMatrices executor = new BlockedMatrices(rule, rows, workforce);
            check("host, fp32", golden, rule, golden.toString().startsWith("d-adam") ? 5e-4 : 1e-5, new Executor() {

                @Override
                public double[][] get(Stored matrix) {
                    double[][] values = new double[n][d];
                    for (int i = 0; i < n; i++) {
                        for (int k = 0; k < d; k++) {
                            values[i][k] = rows.get(matrix).get(i).get(k);
                        }
                    }
                    return values;
                }

                @Override
                public void put(Stored matrix, double[][] values) {
                    for (int i = 0; i < n; i++) {
                        for (int k = 0; k < d; k++) {
                            rows.get(matrix).get(i).put(k, (float) values[i][k]);
                        }
                    }
                }

                @Override
                public void step(Clock clock, MixingMatrix mixing) {
                    executor.step(clock, mixing);
                }
            });
        }
    }

    private static void check(
            String name, Case golden, Update rule, double tolerance, Executor executor) {
        double[][] start = GoldenAlgorithms.start();
        rule.stored().forEach(matrix -> executor.put(matrix, new double[start.length][start[0].length]));
        rule.kept().stream().filter(matrix -> matrix.initial() == Kept.Initial.PARAMETERS)
                .forEach(matrix -> executor.put(matrix, start));
        Scheme scheme = golden.scheme();
        for (int t = 0; t < golden.steps(); t++) {
            executor.put(rule.gradients(), GoldenAlgorithms.gradients(t, executor.get(rule.parameters())));
            executor.step(golden.clock(t, scheme), scheme.at(rule.exchange(t)));
            if (golden.after(t + 1) != null) {
                double[][] actual = executor.get(rule.evaluated());
                note(name + ": " + golden.toString().replaceAll("/.*", ""), golden.after(t + 1), actual);
                check(golden.after(t + 1), actual, tolerance, golden + " after " + (t + 1));
            }
        }
    }

    private static void note(String what, Golden expected, double[][] actual) {
        for (int i = 0; i < actual.length; i++) {
            double[] worker = expected.workers()[i];
            double[] summary = GoldenAlgorithms.summary(actual[i]);
            for (int k = 3; k < summary.length; k++) {
                LARGEST.merge(what, Math.abs(summary[k] - worker[k]) / worker[1], Math::max);
            }
        }
    }

    private static void check(Golden expected, double[][] actual, double tolerance, String place) {
        for (int i = 0; i < actual.length; i++) {
            check(expected.workers()[i], GoldenAlgorithms.summary(actual[i]), tolerance, place + ", worker " + i);
        }
        check(expected.meanModel(), GoldenAlgorithms.summary(mean(actual)), tolerance, place + ", the mean");
        double loss = Arrays.stream(actual).mapToDouble(GoldenAlgorithms::loss).average().orElseThrow();
        assertEquals(expected.fullLoss(), loss, tolerance * (1 + loss), place);
        double scale = Arrays.stream(expected.workers()).mapToDouble(summary -> summary[1] * summary[1]).sum();
        assertEquals(expected.consensusDistance(), distance(actual), 10 * tolerance * scale, place);
    }

    /** Numbers that are off by so much of the vector's norm, which is the second one. */
    private static void check(double[] expected, double[] actual, double tolerance, String place) {
        for (int k = 0; k < actual.length; k++) {
            double scale = k == 2 ? 10 * expected[1] : expected[1];
            assertEquals(expected[k], actual[k], tolerance * (1 + scale), place + ", number " + k);
        }
    }

    private static double[] mean(double[][] rows) {
        double[] mean = new double[rows[0].length];
        for (int k = 0; k < mean.length; k++) {
            int column = k;
            mean[k] = Arrays.stream(rows).mapToDouble(row -> row[column]).average().orElseThrow();
        }
        return mean;
    }

    /** The reference has algorithms that Gossamer does not. */
    @Test
    void saysWhatIsLeftOut() {
        List<String> left = GoldenAlgorithms.cases().stream().filter(golden -> !golden.isKnown()).map(Case::toString)
                .toList();
        System.out.println(left.size() + " of " + GoldenAlgorithms.cases().size()
                + " trajectories are of algorithms that are not there: " + String.join(", ", left));
        assertTrue(left.size() < GoldenAlgorithms.cases().size() / 4, left.toString());
    }

    /** Where workers combine first, X is mixed and has no distance; below an average, too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theConsensusDistanceIsThatOfTheModels(boolean averaged) {
        Algorithm descent = new StochasticGradientDescent(0.9, 1e-3, false, MixingOrder.COMBINE_THEN_ADAPT);
        Update rule = Update.of(averaged ? new MovingAverage(descent, 0.9) : descent);
        double[][] start = GoldenAlgorithms.start();
        int n = start.length;
        int d = start[0].length;
        Map<Stored, double[][]> values = new HashMap<>();
        Map<Stored, INDArray> arrays = new HashMap<>();
        Map<Stored, List<FloatBuffer>> rows = new HashMap<>();
        for (Stored matrix : rule.stored()) {
            values.put(matrix, start);
            arrays.put(matrix, Nd4j.createFromArray(start));
            rows.put(matrix, Arrays.stream(start).map(row -> ByteBuffer.allocateDirect(d * Float.BYTES)
                    .order(ByteOrder.nativeOrder()).asFloatBuffer().put(floats(row)).flip()).toList());
        }
        NaiveUpdate naive = new NaiveUpdate(rule, values);
        ReplicaMatrices nd4j = new Nd4jMatrices(rule, arrays, List.of());
        try (Workforce workforce = new Workforce(2, () -> {})) {
            ReplicaMatrices host = new BlockedMatrices(rule, rows, workforce);
            for (int t = 0; t < 3; t++) {
                double[][] gradients = GoldenAlgorithms.gradients(t, naive.get(rule.parameters()));
                naive.put(rule.gradients(), gradients);
                arrays.get(rule.gradients()).assign(Nd4j.createFromArray(gradients));
                for (int i = 0; i < n; i++) {
                    rows.get(rule.gradients()).get(i).put(0, floats(gradients[i]));
                }
                Clock clock = new Clock(t, 0.1);
                MixingMatrix mixing = MixingMatrix.uniform(n);
                naive.step(clock, mixing.toDense());
                nd4j.step(clock, mixing);
                host.step(clock, mixing);
            }
            double expected = distance(naive.get(rule.kept("local")));
            assertTrue(expected > 1e-4, expected + " for workers with their own gradients");
            assertEquals(expected, nd4j.consensusDistance(rule.models()), 1e-12 * expected);
            assertEquals(expected, host.consensusDistance(rule.models()), 1e-4 * expected);
            assertEquals(0, host.consensusDistance(rule.parameters()), 1e-9);
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int k = 0; k < floats.length; k++) {
            floats[k] = (float) values[k];
        }
        return floats;
    }

    private static double distance(double[][] x) {
        double sum = 0;
        for (int k = 0; k < x[0].length; k++) {
            int column = k;
            double mean = Arrays.stream(x).mapToDouble(row -> row[column]).average().orElseThrow();
            sum += Arrays.stream(x).mapToDouble(row -> Math.pow(row[column] - mean, 2)).sum();
        }
        return sum / x.length;
    }

    /** The moving average is of what is evaluated without it. */
    @Test
    void theAverageIsOfWhatIsEvaluated() {
        Case golden = GoldenAlgorithms.cases().stream().filter(run -> run.toString().startsWith("dsgd-cta")).findFirst()
                .orElseThrow();
        Update rule = Update.of(new MovingAverage(golden.algorithm(), 0.9));
        assertEquals("average", rule.evaluated().name());
        assertEquals(1, rule.exchange(0));
        double[][] start = GoldenAlgorithms.start();
        double[][] zeros = new double[start.length][start[0].length];
        NaiveUpdate naive = new NaiveUpdate(rule, Map.of(
                rule.parameters(), start, rule.kept("momenta"), zeros, rule.kept("local"), start,
                rule.evaluated(), start, rule.gradients(), GoldenAlgorithms.gradients(0, start)));
        naive.step(golden.clock(0, golden.scheme()), golden.scheme().at(rule.exchange(0)).toDense());
        double[] expected = start[3].clone();
        for (int k = 0; k < expected.length; k++) {
            expected[k] = 0.9 * expected[k] + 0.1 * naive.get(rule.kept("local"))[3][k];
        }
        assertArrayEquals(expected, naive.get(rule.evaluated())[3], 1e-15);
    }
}
