package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.NaiveUpdate;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.method.Adam;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.GradientTracking;
import dev.gossamer.algorithm.method.MixingOrder;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.algorithm.method.TrackingOrder;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockedMatricesTest {

    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 1e-2;
    private static final double AVERAGE = 0.95;
    private static final Clock CLOCK = new Clock(0, 0.05);

    /** X, G, M and EMA as plain arrays [n][d]. */
    private record Matrices(float[][] x, float[][] g, float[][] m, float[][] ema) {

        static Matrices random(int n, int d, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            float[][][] all = new float[4][n][d];
            for (float[][] matrix : all) {
                for (float[] row : matrix) {
                    for (int k = 0; k < d; k++) {
                        row[k] = (float) random.nextDouble(-1, 1);
                    }
                }
            }
            return new Matrices(all[0], all[1], all[2], all[3]);
        }

        /** The step as its formulas read, in double precision. */
        void naiveStep(double[][] w) {
            int n = x.length;
            for (int k = 0; k < x[0].length; k++) {
                double[] local = new double[n];
                for (int i = 0; i < n; i++) {
                    double momentum = MOMENTUM * m[i][k] + g[i][k] + WEIGHT_DECAY * x[i][k];
                    m[i][k] = (float) momentum;
                    local[i] = x[i][k] - CLOCK.learningRate() * momentum;
                }
                for (int i = 0; i < n; i++) {
                    double mixed = 0;
                    for (int j = 0; j < n; j++) {
                        mixed += w[i][j] * local[j];
                    }
                    x[i][k] = (float) mixed;
                    ema[i][k] = (float) (AVERAGE * ema[i][k] + (1 - AVERAGE) * mixed);
                }
            }
        }
    }

    private static List<FloatBuffer> direct(float[][] matrix) {
        return Arrays.stream(matrix)
                .map(row -> ByteBuffer.allocateDirect(4 * row.length)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer()
                        .put(row)
                        .flip())
                .toList();
    }

    /** SGD with momentum, and with a moving average where there are rows of one. */
    private static BlockedMatrices matrices(List<FloatBuffer> x, List<FloatBuffer> g, List<FloatBuffer> m,
            List<FloatBuffer> average, Workforce workforce) {
        Update rule = Rules.descent(MOMENTUM, WEIGHT_DECAY, average.isEmpty() ? 0 : AVERAGE);
        Map<Stored, List<FloatBuffer>> rows = new HashMap<>(
                Map.of(rule.parameters(), x, rule.gradients(), g, rule.kept("momenta"), m));
        rows.putIfAbsent(rule.evaluated(), average);
        return new BlockedMatrices(rule, rows, workforce);
    }

    private static float[][] read(List<FloatBuffer> rows) {
        return rows.stream()
                .map(row -> {
                    float[] values = new float[row.capacity()];
                    row.get(0, values);
                    return values;
                })
                .toArray(float[][]::new);
    }

    private static double[][] randomWeights(int n, int entries, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] w = new double[n][n];
        for (int i = 0; i < n; i++) {
            w[i][i] = 1;
            for (int k = 1; k < entries; k++) {
                int j = random.nextInt(n);
                double share = random.nextDouble(0.2);
                w[i][i] -= share;
                w[i][j] += share;
            }
        }
        return w;
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,7,2", "3,70000,1", "5,13107,4", "8,20000,3", "300,700,6", "8,4099,8"})
    void equalsTheFormulasForAnyShape(int n, int d, int entries) {
        Matrices expected = Matrices.random(n, d, 3);
        Matrices start = Matrices.random(n, d, 3);
        var x = direct(start.x);
        var m = direct(start.m);
        var ema = direct(start.ema);
        double[][] w = randomWeights(n, entries, 5);
        try (Workforce workforce = new Workforce(2, () -> {})) {
            var matrices = matrices(x, direct(start.g), m, ema, workforce);
            for (int t = 0; t < 3; t++) {
                matrices.step(CLOCK, MixingMatrix.of(w));
                expected.naiveStep(w);
            }
            assertClose(expected.x, read(x));
            assertClose(expected.m, read(m));
            assertClose(expected.ema, read(ema));
            double distance = naiveDistance(expected.x);
            assertEquals(distance, matrices.consensusDistance(matrices.rule().parameters()), 1e-5 * distance + 1e-12);
        }
    }

    /** As the loops of the formulas have always rounded: checkpoints go on to the same bits. */
    @Test
    void theBitsAreThoseOfTheFormulasInSinglePrecision() {
        Matrices start = Matrices.random(3, 5000, 4);
        Matrices expected = Matrices.random(3, 5000, 4);
        float rate = (float) CLOCK.learningRate();
        for (int k = 0; k < 5000; k++) {
            for (int i = 0; i < 3; i++) {
                expected.m[i][k] = (float) MOMENTUM * expected.m[i][k]
                        + (expected.g[i][k] + (float) WEIGHT_DECAY * expected.x[i][k]);
                expected.x[i][k] -= rate * expected.m[i][k];
                expected.ema[i][k] = (float) AVERAGE * expected.ema[i][k]
                        + (1 - (float) AVERAGE) * expected.x[i][k];
            }
        }
        var x = direct(start.x);
        var m = direct(start.m);
        var average = direct(start.ema);
        try (Workforce workforce = new Workforce(1, () -> {})) {
            matrices(x, direct(start.g), m, average, workforce)
                    .step(CLOCK, MixingMatrix.of(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}));
        }
        assertEquals(0, Arrays.compare(flat(expected.x), flat(read(x))));
        assertEquals(0, Arrays.compare(flat(expected.m), flat(read(m))));
        assertEquals(0, Arrays.compare(flat(expected.ema), flat(read(average))));
    }

    /** Rows that are mixed as soon as their senders are there add up in the order of all rows. */
    @ParameterizedTest
    @CsvSource({"63, 9001", "65, 100", "257, 5000"})
    void theBitsOfARingAreThoseOfItsSums(int n, int d) {
        Matrices start = Matrices.random(n, d, 4);
        MixingMatrix ring = Topologies.parse("ring", n).at(0);
        var x = direct(start.x);
        try (Workforce workforce = new Workforce(2, () -> {})) {
            matrices(x, direct(start.g), direct(start.m), List.of(), workforce).step(CLOCK, ring);
        }
        float[][] local = new float[n][d];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < d; k++) {
                float momentum = (float) MOMENTUM * start.m[i][k]
                        + (start.g[i][k] + (float) WEIGHT_DECAY * start.x[i][k]);
                local[i][k] = start.x[i][k] - (float) CLOCK.learningRate() * momentum;
            }
        }
        float[][] expected = new float[n][d];
        for (int i = 0; i < n; i++) {
            int at = ring.rowStart(i);
            for (int k = 0; k < d; k++) {
                expected[i][k] = (float) ring.weight(at) * local[ring.column(at)][k]
                        + ((float) ring.weight(at + 1) * local[ring.column(at + 1)][k]
                                + (float) ring.weight(at + 2) * local[ring.column(at + 2)][k]);
            }
        }
        assertEquals(0, Arrays.compare(flat(expected), flat(read(x))));
    }

    /** Shared values, sums of sums, values that later stages need, several and repeated mixings. */
    @ParameterizedTest
    @CsvSource({"0,5", "1,5", "2,5", "3,5", "4,5", "5,5", "6,5", "7,5", "8,5", "9,5", "0,40", "1,40", "2,40", "3,40",
        "4,40", "5,40", "6,40", "7,40", "8,40", "9,40"})
    void anyRuleIsCarriedOut(int number, int n) {
        Update rule = Update.of(List.<Algorithm>of(
                step -> {
                    Value local = step.parameters().minus(step.gradients().times(Coefficient.LEARNING_RATE));
                    Kept before = step.keep("before", Kept.Initial.PARAMETERS);
                    before.becomes(local);
                    step.parameters().becomes(step.mixed(local.plus(step.parameters()).minus(before)));
                },
                step -> {
                    Kept correction = step.keep("correction", Kept.Initial.ZERO);
                    Value direction = step.gradients().plus(correction);
                    step.parameters().becomes(step.mixed(
                            step.parameters().minus(direction.times(Coefficient.LEARNING_RATE))));
                    correction.becomes(step.mixed(direction).minus(step.gradients()));
                },
                step -> {
                    Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
                    Value next = step.mixed(step.parameters().minus(
                            momenta.times(0.9).plus(step.gradients()).times(Coefficient.LEARNING_RATE)));
                    step.parameters().becomes(next);
                    momenta.becomes(momenta.times(0.9).plus(step.parameters().minus(next).times(2)));
                },
                step -> step.parameters().becomes(
                        step.mixed(step.mixed(step.parameters()).plus(step.gradients())).plus(step.gradients())),
                step -> {
                    Value pair = step.parameters().plus(step.gradients());
                    Value other = step.parameters().times(3).minus(step.gradients().times(0.5));
                    step.parameters().becomes(pair.plus(other).plus(step.mixed(pair)).plus(other.times(2)));
                },
                step -> step.parameters().becomes(step.gradients().times(0.5)),
                step -> {
                    Value mixed = step.mixed(step.parameters().times(eachWorkers(n)).minus(step.gradients()));
                    step.parameters().becomes(mixed.times(Coefficient.of(1).over(eachWorkers(n))));
                },
                new Adam(0.9, 0.99, 1e-3, 1e-2, false),
                new GradientTracking(new Direction(0, 1e-2, false), TrackingOrder.ADAPT_THEN_COMBINE),
                new StochasticGradientDescent(0.9, 1e-2, true, MixingOrder.ADAPT_WHILE_COMBINING)).get(number));
        int d = 100_000 / n;
        SplittableRandom random = new SplittableRandom(number);
        Map<Stored, List<FloatBuffer>> rows = new HashMap<>();
        Map<Stored, double[][]> values = new HashMap<>();
        for (Stored matrix : rule.stored()) {
            float[][] start = new float[n][d];
            double[][] same = new double[n][d];
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < start[i].length; k++) {
                    // squares, of which Adam takes roots
                    double least = matrix.name().equals("second-moments") ? 0 : -1;
                    start[i][k] = (float) random.nextDouble(least, 1);
                    same[i][k] = start[i][k];
                }
            }
            rows.put(matrix, direct(start));
            values.put(matrix, same);
        }
        NaiveUpdate naive = new NaiveUpdate(rule, values);
        double[][] w = n > 5 ? Topologies.parse("ring", n).at(0).toDense() : randomWeights(n, 3, 7);
        try (Workforce workforce = new Workforce(2, () -> {})) {
            BlockedMatrices matrices = new BlockedMatrices(rule, rows, workforce);
            for (int t = 0; t < 2; t++) {
                Clock clock = new Clock(t, 0.05);
                matrices.step(clock, MixingMatrix.of(w));
                naive.step(clock, w);
            }
        }
        for (Stored matrix : rule.stored()) {
            float[][] actual = read(rows.get(matrix));
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < actual[i].length; k++) {
                    double expected = naive.get(matrix)[i][k];
                    assertEquals(expected, actual[i][k], 1e-5 * (1 + Math.abs(expected)), matrix + " " + i + " " + k);
                }
            }
        }
    }

    /** A number for each worker, others in each step. */
    private static Coefficient eachWorkers(int n) {
        return Coefficient.ofWorkers(clock -> IntStream.range(0, n)
                .mapToDouble(i -> 1 + (i + clock.step()) % 5 * 0.25).toArray());
    }

    private static void assertClose(float[][] expected, float[][] actual) {
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], 2e-6f, "row " + i);
        }
    }

    private static double naiveDistance(float[][] x) {
        double sum = 0;
        for (int k = 0; k < x[0].length; k++) {
            int column = k;
            double mean = Arrays.stream(x).mapToDouble(row -> row[column]).average().getAsDouble();
            sum += Arrays.stream(x).mapToDouble(row -> Math.pow(row[column] - mean, 2)).sum();
        }
        return sum / x.length;
    }

    @Test
    void numberOfThreadsDoesNotChangeABit() {
        float[][][] results = IntStream.of(1, 2, 5).mapToObj(threads -> {
            Matrices start = Matrices.random(6, 50_001, 9);
            var x = direct(start.x);
            try (Workforce workforce = new Workforce(threads, () -> {})) {
                matrices(x, direct(start.g), direct(start.m), List.of(), workforce)
                        .step(CLOCK, MixingMatrix.of(randomWeights(6, 3, 1)));
            }
            return read(x);
        }).toArray(float[][][]::new);
        assertEquals(0, Arrays.compare(flat(results[0]), flat(results[1])));
        assertEquals(0, Arrays.compare(flat(results[0]), flat(results[2])));
    }

    private static float[] flat(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return all;
    }

    @Test
    void mixingMatricesTakeTurnsAndArePreparedOnce() {
        int n = 96;
        double[][] average = new double[n][n];
        Arrays.stream(average).forEach(row -> Arrays.fill(row, 1.0 / n));
        MixingMatrix[] phases = {MixingMatrix.of(average), MixingMatrix.of(randomWeights(n, 2, 2))};
        Matrices expected = Matrices.random(n, 10, 3);
        Matrices start = Matrices.random(n, 10, 3);
        var x = direct(start.x);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Workforce workforce = new Workforce(1, () -> {})) {
            var matrices = matrices(x, direct(start.g), direct(start.m), direct(start.ema), workforce);
            for (int t = 0; t < 4; t++) {
                matrices.step(CLOCK, phases[t % 2]);
                expected.naiveStep(phases[t % 2].toDense());
            }
            assertClose(expected.x, read(x));
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 5000; round++) { // code that is not compiled yet makes objects
                long before = threads.getCurrentThreadAllocatedBytes();
                matrices.step(CLOCK, phases[0]);
                matrices.step(CLOCK, phases[1]);
                least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 2);
            }
            assertTrue(least < 5_000, least + " bytes a step");
        }
    }

    /** What 300,000 of them need is hundreds of megabytes. */
    @Test
    void newMixingMatricesTakeNoMoreMemory() {
        int n = 64;
        Matrices start = Matrices.random(n, 4, 3);
        try (Workforce workforce = new Workforce(1, () -> {})) {
            var matrices = matrices(direct(start.x), direct(start.g), direct(start.m), List.of(), workforce);
            long before = 0;
            for (int t = 0; t < 300_000; t++) {
                before = t == 10_000 ? usedMemory() : before;
                matrices.step(CLOCK, MixingMatrix.identity(n));
            }
            long after = usedMemory();
            assertTrue(after < before + (20 << 20), before + " bytes, then " + after);
        }
    }

    private static long usedMemory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void equalRowsOfTheMixingMatrixGiveEqualWorkers() {
        Matrices start = Matrices.random(4, 1000, 2);
        var x = direct(start.x);
        double[][] average = new double[4][4];
        Arrays.stream(average).forEach(row -> Arrays.fill(row, 0.25));
        try (Workforce workforce = new Workforce(2, () -> {})) {
            var matrices = matrices(x, direct(start.g), direct(start.m), List.of(), workforce);
            matrices.step(CLOCK, MixingMatrix.of(average));
            assertEquals(0, matrices.consensusDistance(matrices.rule().parameters()), 1e-12);
        }
    }

    @Test
    void rowsOfTheMixingMatrixWithTheSameSendersMayDifferInTheirWeights() {
        Matrices expected = Matrices.random(2, 100, 2);
        Matrices start = Matrices.random(2, 100, 2);
        var x = direct(start.x);
        double[][] w = {{0.75, 0.25}, {0.5, 0.5}};
        try (Workforce workforce = new Workforce(1, () -> {})) {
            matrices(x, direct(start.g), direct(start.m), List.of(), workforce)
                    .step(CLOCK, MixingMatrix.of(w));
            expected.naiveStep(w);
            assertClose(expected.x, read(x));
        }
    }
}
