package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.NaiveUpdate;
import dev.gossamer.algorithm.RandomBits;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockedCompressionTest {

    /** All of them, of a row and of each tensor. */
    static List<Compression> compressions() {
        List<Compression> all = new ArrayList<>();
        for (boolean isByTensor : new boolean[] {false, true}) {
            all.add(new Compression.ScaledSign(isByTensor));
            for (double ratio : new double[] {1e-9, 0.01, 0.3, 1}) {
                all.add(new Compression.TopK(ratio, isByTensor));
            }
            all.add(new Compression.RandomK(0.1, 1, isByTensor, RandomBits.counted(1)));
            all.add(new Compression.RandomK(0.25, 4, isByTensor, RandomBits.counted(2)));
            all.add(new Compression.RandomK(0.25, 1, isByTensor, (clock, worker) -> column -> column % 3 - 1));
            all.add(new Compression.Qsgd(4, true, isByTensor, RandomBits.counted(3)));
            all.add(new Compression.Qsgd(255, false, isByTensor, RandomBits.counted(4)));
        }
        all.add(new Compression.Clipping(0.5));
        all.add(new Compression.Clipping(1e6));
        return all;
    }

    /** Error feedback around gossip, with momentum; known copies that are mixed; two of which one needs the other. */
    static List<Algorithm> algorithms(Compression compression) {
        return List.of(
                step -> {
                    Kept x = step.parameters();
                    Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
                    Kept errors = step.keep("errors", Kept.Initial.ZERO);
                    momenta.becomes(momenta.times(0.5).plus(step.gradients()));
                    Value half = x.minus(momenta.next().times(Coefficient.LEARNING_RATE));
                    Value corrected = half.plus(errors);
                    Value sent = step.compressed(corrected, compression);
                    errors.becomes(corrected.minus(sent));
                    x.becomes(half.plus(step.mixed(sent).minus(sent).times(0.5)));
                },
                step -> {
                    Kept x = step.parameters();
                    Kept copies = step.keep("copies", Kept.Initial.PARAMETERS);
                    Value half = x.minus(step.gradients().times(Coefficient.LEARNING_RATE));
                    copies.becomes(copies.plus(step.compressed(half.minus(copies), compression)));
                    x.becomes(half.plus(step.mixed(copies.next()).minus(copies.next()).times(0.5)));
                },
                step -> beer(step, compression));
    }

    private static void beer(Step step, Compression compression) {
        Kept x = step.parameters();
        Kept copies = step.keep("copies", Kept.Initial.PARAMETERS);
        Kept tracked = step.keep("tracked", Kept.Initial.ZERO);
        Kept others = step.keep("others", Kept.Initial.ZERO);
        Kept before = step.keep("before", Kept.Initial.ZERO);
        before.becomes(step.gradients());
        tracked.becomes(tracked.plus(step.mixed(others).minus(others).times(0.5))
                .plus(step.gradients().minus(before)));
        others.becomes(others.plus(step.compressed(tracked.next().minus(others), compression)));
        x.becomes(x.plus(step.mixed(copies).minus(copies).times(0.5)).minus(others.next().times(0.25)));
        copies.becomes(copies.plus(step.compressed(x.next().minus(copies), compression)));
    }

    /** Matrices in memory, and beside them the same step in double precision. */
    private record Both(Update rule, Map<Stored, List<FloatBuffer>> rows, int[] tensors) {

        static Both of(Algorithm algorithm, int n, int[] tensors, DoubleUnaryOperator values, long seed) {
            Update rule = Update.of(algorithm);
            SplittableRandom random = new SplittableRandom(seed);
            int d = Arrays.stream(tensors).sum();
            Map<Stored, List<FloatBuffer>> rows = new HashMap<>();
            for (Stored matrix : rule.stored()) {
                rows.put(matrix, new ArrayList<>());
                for (int i = 0; i < n; i++) {
                    FloatBuffer row = ByteBuffer.allocateDirect(d * Float.BYTES).order(ByteOrder.nativeOrder())
                            .asFloatBuffer();
                    for (int k = 0; k < d; k++) {
                        row.put(k, (float) values.applyAsDouble(random.nextDouble(-1, 1)));
                    }
                    rows.get(matrix).add(row);
                }
            }
            return new Both(rule, rows, tensors);
        }

        BlockedMatrices matrices(Workforce workforce) {
            List<Columns> columns = new ArrayList<>();
            int from = 0;
            for (int length : tensors) {
                columns.add(new Columns(from, from += length));
            }
            return new BlockedMatrices(rule, rows, columns, workforce);
        }

        double[][] values(Stored matrix) {
            return rows.get(matrix).stream().map(row -> {
                double[] values = new double[row.capacity()];
                Arrays.setAll(values, row::get);
                return values;
            }).toArray(double[][]::new);
        }

        NaiveUpdate naive() {
            Map<Stored, double[][]> values = new HashMap<>();
            rule.stored().forEach(matrix -> values.put(matrix, values(matrix)));
            return new NaiveUpdate(rule, values, tensors);
        }

        /** Each step from where the one before has led. */
        void checkSteps(int count, BlockedMatrices matrices, MixingMatrix mixing, String what) {
            for (int t = 0; t < count; t++) {
                NaiveUpdate naive = naive();
                Clock clock = new Clock(t, 0.125, null, 5);
                matrices.step(clock, mixing);
                naive.step(clock, mixing.toDense());
                for (Stored matrix : rule.stored()) {
                    double[][] actual = values(matrix);
                    for (int i = 0; i < actual.length; i++) {
                        assertClose(naive.get(matrix)[i], actual[i], what.startsWith("Qsgd"),
                                what + ": " + matrix + " " + i + " step " + t);
                    }
                }
            }
        }

        /** But for one value in a thousand, which rounding may lead to another level of QSGD. */
        private static void assertClose(double[] expected, double[] actual, boolean isOfLevels, String what) {
            double largest = Arrays.stream(expected).map(Math::abs).filter(Double::isFinite).max().orElse(0);
            int others = 0;
            for (int k = 0; k < actual.length; k++) {
                boolean isClose = Math.abs(expected[k] - actual[k]) <= 4e-6 * (1 + largest);
                if (!isClose && Double.compare(expected[k], actual[k]) != 0) {
                    others++;
                    assertTrue(isOfLevels && others <= 1 + actual.length / 1000,
                            what + " column " + k + ": " + expected[k] + " expected, was " + actual[k]);
                }
            }
        }
    }

    /** Single precision may lead to the next level, but only for what is as good as between the two. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 255})
    void levelsAreThoseOfTheDefinitionUpToItsBoundaries(int levels) {
        Compression.Qsgd compression = new Compression.Qsgd(levels, true, false, RandomBits.counted(3));
        Algorithm algorithm = step -> step.parameters().becomes(step.compressed(step.parameters(), compression));
        Both both = Both.of(algorithm, 2, new int[] {30_000}, x -> x, 6);
        double[][] before = both.values(both.rule().parameters());
        Clock clock = new Clock(0, 0.125, null, 5);
        try (Workforce workforce = new Workforce(2, () -> {})) {
            both.matrices(workforce).step(clock, ring(2));
        }
        double[][] after = both.values(both.rule().parameters());
        for (int i = 0; i < 2; i++) {
            RandomBits.Row bits = compression.bits().row(clock, i);
            double norm = Math.sqrt(Arrays.stream(before[i]).map(x -> x * x).sum());
            double step = norm * compression.step(before[i].length);
            for (int k = 0; k < before[i].length; k++) {
                double xi = Integer.toUnsignedLong(bits.at(k)) * 0x1p-32;
                double level = levels * Math.abs(before[i][k]) / norm + xi;
                double actual = after[i][k] / step * Math.signum(before[i][k]);
                boolean isNear = Math.abs(level - Math.rint(level)) < 1e-6
                        && Math.abs(actual - Math.rint(level) + 0.5) < 0.5 + 1e-4;
                assertTrue(isNear || Math.abs(actual - Math.floor(level)) < 1e-4, "column " + k + ": " + actual
                        + " of level " + level);
            }
        }
    }

    private static MixingMatrix ring(int n) {
        return Topologies.parse(n < 3 ? "fully-connected" : "ring", n).at(0);
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void equalsTheDefinitionForAnyShape(Compression compression) {
        int[][] shapes = {{1}, {7}, {1024}, {21_846, 3}, {900, 1, 1, 1500, 64}, {1, 1023, 2000, 17}};
        try (Workforce workforce = new Workforce(2, () -> {})) {
            for (int s = 0; s < shapes.length; s++) {
                int n = s % 4 + 1;
                for (Algorithm algorithm : algorithms(compression)) {
                    Both both = Both.of(algorithm, n, shapes[s], x -> x, s);
                    both.checkSteps(3, both.matrices(workforce), ring(n), compression + " " + n);
                }
            }
        }
    }

    /** Small numbers that single precision holds exactly: many are equal, and many are 0. */
    @ParameterizedTest
    @MethodSource("compressions")
    void ofEqualOnesThoseThatComeFirstAreKept(Compression compression) {
        try (Workforce workforce = new Workforce(2, () -> {})) {
            MixingMatrix mixing = MixingMatrix.of(
                    new double[][] {{0.5, 0.5, 0}, {0.25, 0.5, 0.25}, {0.25, 0, 0.75}});
            for (int scale : new int[] {0, 1, 3}) {
                for (Algorithm algorithm : algorithms(compression)) {
                    Both both = Both.of(algorithm, 3, new int[] {1500, 5, 3000}, x -> Math.rint(x * scale), 1);
                    both.checkSteps(1, both.matrices(workforce), mixing, compression + " " + scale);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void numberOfThreadsDoesNotChangeABit(Compression compression) {
        for (Algorithm algorithm : algorithms(compression)) {
            double[][][] results = new double[3][][];
            for (int k = 0; k < results.length; k++) {
                Both both = Both.of(algorithm, 3, new int[] {20_001, 40_000}, x -> Math.rint(x * 100) / 64, 2);
                try (Workforce workforce = new Workforce(new int[] {1, 2, 5}[k], () -> {})) {
                    BlockedMatrices matrices = both.matrices(workforce);
                    for (int t = 0; t < 2; t++) {
                        matrices.step(new Clock(t, 0.1), ring(3));
                    }
                }
                results[k] = both.values(both.rule().parameters());
            }
            assertArrayEquals(results[0], results[1]);
            assertArrayEquals(results[0], results[2]);
        }
    }

    /** What is not a number is the farthest from 0, and makes a norm or a mean one that is not. */
    @ParameterizedTest
    @MethodSource("compressions")
    void whatIsNotANumberIsNotHidden(Compression compression) {
        Algorithm algorithm = step -> step.parameters().becomes(step.compressed(step.parameters(), compression));
        for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Both both = Both.of(algorithm, 2, new int[] {3000, 2000}, x -> x, 1);
            both.rows().get(both.rule().parameters()).get(1).put(1234, broken);
            try (Workforce workforce = new Workforce(2, () -> {})) {
                both.checkSteps(1, both.matrices(workforce), ring(2), compression + " " + broken);
            }
            double[][] left = both.values(both.rule().parameters());
            assertTrue(Arrays.stream(left[0]).allMatch(Double::isFinite));
            boolean isHidden = Arrays.stream(left[1]).allMatch(Double::isFinite);
            assertEquals(compression instanceof Compression.RandomK && isHidden, isHidden);
        }
    }

    /** Steps of one kind mix all, those of the other one send compressed ones. */
    @Test
    void kindsTakeTurns() {
        Compression compression = new Compression.TopK(0.1, false);
        Algorithm algorithm = new Algorithm() {

            @Override
            public void step(Step step) {
                Kept x = step.parameters();
                Kept errors = step.keep("errors", Kept.Initial.ZERO);
                if (step.kind() == 0) {
                    Value all = x.minus(step.gradients().times(Coefficient.LEARNING_RATE)).plus(errors);
                    Value sent = step.compressed(all, compression);
                    errors.becomes(all.minus(sent));
                    x.becomes(step.mixed(sent));
                } else {
                    x.becomes(step.mixed(x, Exchange.MEAN).plus(step.mixed(errors)).plus(step.mixed(
                            step.gradients(), Exchange.MEAN)));
                }
            }

            @Override
            public int kinds() {
                return 2;
            }

            @Override
            public int kind(long step) {
                return (int) (step % 2);
            }
        };
        Both both = Both.of(algorithm, 6, new int[] {30_000}, x -> x, 3);
        try (Workforce workforce = new Workforce(2, () -> {})) {
            both.checkSteps(4, both.matrices(workforce), ring(6), "kinds");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stepsTakeNoMoreMemory(boolean isByTensor) {
        Compression compression = new Compression.TopK(0.1, isByTensor);
        Both both = Both.of(algorithms(compression).get(2), 8, new int[] {50_000, 10, 30_000}, x -> x, 3);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Workforce workforce = new Workforce(1, () -> {})) {
            BlockedMatrices matrices = both.matrices(workforce);
            MixingMatrix mixing = ring(8);
            for (int t = 0; t < 20; t++) {
                matrices.step(new Clock(t, 0.1), mixing);
            }
            long before = threads.getTotalThreadAllocatedBytes();
            for (int t = 0; t < 10; t++) {
                matrices.step(new Clock(t, 0.1), mixing);
            }
            long perStep = (threads.getTotalThreadAllocatedBytes() - before) / 10;
            assertTrue(perStep < 20_000, perStep + " bytes a step");
        }
    }

    @Test
    void tensorsAreAllColumnsInOrder() {
        assertThrows(IllegalArgumentException.class, () -> new VectorPieces(List.of(new Columns(0, 3)), 4, 2));
        assertThrows(IllegalArgumentException.class, () -> new VectorPieces(List.of(new Columns(1, 4)), 4, 2));
        assertThrows(IllegalArgumentException.class,
                () -> new VectorPieces(List.of(new Columns(0, 3), new Columns(2, 4)), 4, 2));
    }
}
