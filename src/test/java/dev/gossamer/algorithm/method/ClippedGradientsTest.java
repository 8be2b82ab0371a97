package dev.gossamer.algorithm.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Communication;
import dev.gossamer.algorithm.NaiveUpdate;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.Workforce;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClippedGradientsTest {

    private static final int WORKERS = 4;
    private static final int COLUMNS = 3000;

    /**
     * PyTorch 1.13 in double precision: clip_grad_norm_(1.5), then SGD(lr=0.5, momentum=0.9, weight_decay=0.1), then
     * the mean of both workers. It adds 1e-6 to a norm.
     */
    @Test
    void isWhatPyTorchDoes() {
        double[][][] gradients = {{{3, -4, 1}, {0.3, 0.4, -0.1}}, {{-1, 2, 2}, {0.5, -1, 1}},
            {{0.1, 0.2, 0.3}, {6, 0, -2}}};
        double[][] expected = {{0.6543693912387653, -1.7058258549850205, 0.4264564637462551},
            {0.3105834154583407, -1.3557779150555378, -0.161055292069567},
            {-0.39510931403591004, -1.0229458733662264, -0.6381777141940115}};
        Update rule = Update.of(new ClippedGradients(new StochasticGradientDescent(0.9, 0.1), 1.5));
        Map<Stored, double[][]> matrices = new HashMap<>();
        rule.stored().forEach(matrix -> matrices.put(matrix, new double[2][3]));
        matrices.put(rule.parameters(), new double[][] {{1, -2, 0.5}, {1, -2, 0.5}});
        NaiveUpdate update = new NaiveUpdate(rule, matrices);
        for (int t = 0; t < 3; t++) {
            update.put(rule.gradients(), gradients[t]);
            update.step(new Clock(t, 0.5), new double[][] {{0.5, 0.5}, {0.5, 0.5}});
            assertArrayEquals(expected[t], update.get(rule.parameters())[0], 3e-6);
        }
    }

    /** Each with the standard values of its keys, alone and inside of slow steps and an average. */
    static List<AlgorithmFamily> families() {
        return Algorithms.CATALOGUE.entries();
    }

    private static Optimization optimization(String name, String limit) {
        Map<Key<?>, String> texts = new HashMap<>(Map.of(ClippedGradients.KEY, limit));
        texts.put(Algorithms.KEY, name);
        texts.put(SlowMomentum.PERIOD, name.equals("relay-sgd") ? "0" : "2");
        return Optimization.of(new Values(texts));
    }

    private static FloatBuffer row(SplittableRandom random, double least, double most) {
        FloatBuffer row = ByteBuffer.allocateDirect(COLUMNS * Float.BYTES).order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int k = 0; k < COLUMNS; k++) {
            row.put(k, (float) random.nextDouble(least, most));
        }
        return row;
    }

    private static double[] values(FloatBuffer row) {
        double[] values = new double[row.capacity()];
        Arrays.setAll(values, row::get);
        return values;
    }

    private static double[] clipped(double[] gradient, double limit) {
        double norm = Math.sqrt(Arrays.stream(gradient).map(x -> x * x).sum());
        return Arrays.stream(gradient).map(x -> x * Math.min(1, limit / norm)).toArray();
    }

    /** Gradients of norms of about 16, 32, 47 and 63, of which the last two are clipped; moments are not negative. */
    @ParameterizedTest
    @MethodSource("families")
    void everyAlgorithmGoesOnWithClippedGradients(AlgorithmFamily family) {
        Update rule = optimization(family.form(), "40").rule();
        Update bare = optimization(family.form(), "0").rule();
        Scheme scheme = Topologies.parse("chain", WORKERS);
        SplittableRandom random = new SplittableRandom(3);
        Map<Stored, List<FloatBuffer>> rows = new HashMap<>();
        for (Stored matrix : rule.stored()) {
            List<FloatBuffer> all = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                all.add(matrix.equals(rule.gradients())
                        ? row(random, -0.5 * (i + 1), 0.5 * (i + 1)) : row(random, 0, 1));
            }
            rows.put(matrix, all);
        }
        Map<Stored, double[][]> expected = new HashMap<>();
        rows.forEach((matrix, all) ->
                expected.put(matrix, all.stream().map(ClippedGradientsTest::values).toArray(double[][]::new)));
        expected.put(bare.gradients(), Arrays.stream(expected.get(bare.gradients())).map(g -> clipped(g, 40))
                .toArray(double[][]::new));
        Clock clock = new Clock(1, 0.125, scheme, 5);
        MixingMatrix mixing = scheme.at(rule.exchange(1));
        NaiveUpdate naive = new NaiveUpdate(bare, expected);
        naive.step(clock, mixing.toDense());
        try (Workforce workforce = new Workforce(2, () -> {})) {
            new BlockedMatrices(rule, rows, workforce).step(clock, mixing);
        }
        for (Stored matrix : bare.kept()) {
            for (int i = 0; i < WORKERS; i++) {
                checkClose(naive.get(matrix)[i], values(rows.get(matrix).get(i)), family.form() + " " + matrix);
            }
        }
    }

    /** But for a value in a hundred, as rounding decides about signs and selections. */
    private static void checkClose(double[] expected, double[] actual, String what) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        int others = 0;
        for (int k = 0; k < actual.length; k++) {
            others += Math.abs(expected[k] - actual[k]) <= 1e-5 * (1 + largest) ? 0 : 1;
        }
        assertTrue(others <= COLUMNS / 100, what + ": " + others);
    }

    @Test
    void withoutALimitNothingIsAdded() {
        assertFalse(optimization("d-sgd", "0").algorithm() instanceof ClippedGradients);
        assertEquals(0, RunConfiguration.of(Map.of()).optimization().rule().traces().get(0).compressed().size());
    }

    /** What is clipped stays where it is: what is sent is what would be without. */
    @ParameterizedTest
    @MethodSource("families")
    void sendsAsMuch(AlgorithmFamily family) {
        Scheme scheme = Topologies.parse("chain", WORKERS);
        Update rule = optimization(family.form(), "40").rule();
        Update bare = optimization(family.form(), "0").rule();
        assertEquals(bare.isCompressing(), rule.isCompressing());
        assertEquals(new Communication(bare, scheme, new long[] {COLUMNS}).until(4),
                new Communication(rule, scheme, new long[] {COLUMNS}).until(4));
    }

    /** It is decentralized SGD with other gradients, of which the theory of topologies still is. */
    @Test
    void isDescentWhereTheAlgorithmIs() {
        Algorithm descent = new StochasticGradientDescent(0.9, 0);
        assertTrue(new ClippedGradients(descent, 1).isDescent());
        assertFalse(new ClippedGradients(new Lion(0.9, 0.99, 0), 1).isDescent());
    }
}
