package dev.gossamer.algorithm.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.NaiveTraining;
import dev.gossamer.algorithm.Quadratics;
import dev.gossamer.algorithm.RandomBits;
import dev.gossamer.algorithm.Update;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.MixingOperators;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What theory says of each algorithm, on random losses and networks, with a change of the learning rate. */
class AlgorithmPropertiesTest {

    private static final int PARAMETERS = 5;
    private static final int STEPS = 16;
    private static final LongToDoubleFunction RATE = t -> t < 9 ? 0.05 : 0.005;
    private static final double DECAY = 0.01;
    private static final Direction PLAIN = new Direction(0, DECAY, false);
    private static final Direction HEAVY = new Direction(0.8, DECAY, false);
    private static final Direction NESTEROV = new Direction(0.8, DECAY, true);
    private static final List<Direction> DIRECTIONS = List.of(PLAIN, HEAVY, NESTEROV);

    private static Scheme named(String name, int workers) {
        return Topologies.parse(name, workers);
    }

    private static Stream<Scheme> symmetricStatic() {
        return Stream.of(named("solo", 1), named("ring", 3), named("ring", 8), named("ring+lazy", 6),
                named("torus", 9), named("star", 6), named("binary-tree", 7),
                named("erdos-renyi-0.5-seed-3", 9), named("small-world-4-0.3-seed-5", 10),
                named("random-regular-3-seed-2", 8), named("fully-connected", 4), named("artificial-nice-0.4", 5),
                MixingOperators.fastMix(named("ring", 7), 3), MixingOperators.chebyshev(named("chain", 5), 2),
                MixingOperators.stepSize(named("chain", 5), 0.7), MixingOperators.rounds(named("ring", 7), 2));
    }

    private static Stream<Scheme> symmetric() {
        return Stream.concat(symmetricStatic(), Stream.of(named("one-peer-ring", 8), named("time-varying-ring", 6),
                named("redrawn-random-matching-seed-4", 8), named("redrawn-random-regular-3-seed-4", 8),
                named("double-binary-trees", 7)));
    }

    private static Stream<Scheme> doublyStochastic() {
        return Stream.concat(symmetric(), Stream.of(named("uni-ring", 5), named("static-exponential", 7),
                named("time-varying-exponential", 8), named("time-varying-exponential", 6),
                MixingOperators.localSteps(named("time-varying-exponential", 8), 3),
                MixingOperators.periodicAveraging(named("uni-ring", 6), 4)));
    }

    /** Random shares to random receivers and to the next worker; static, in turns, and new ones for ever. */
    private static Stream<Scheme> columnStochastic() {
        return Stream.concat(doublyStochastic(), Stream.of(
                NaiveTraining.scheme("shares", List.of(shares(7, 1))),
                NaiveTraining.scheme("two shares", List.of(shares(2, 1))),
                NaiveTraining.scheme("shares in turns", List.of(shares(6, 2), shares(6, 3), shares(6, 4))),
                NaiveTraining.scheme("new shares", OptionalInt.empty(), t -> shares(8, 100 + t))));
    }

    private static MixingMatrix shares(int workers, long seed) {
        Random random = new Random(seed);
        double[][] shares = new double[workers][workers];
        for (int j = 0; j < workers; j++) {
            double sum = 0;
            for (int i = 0; i < workers; i++) {
                boolean receives = i == j || i == (j + 1) % workers || random.nextInt(3) == 0;
                shares[i][j] = receives ? 0.2 + random.nextDouble() : 0;
                sum += shares[i][j];
            }
            for (int i = 0; i < workers; i++) {
                shares[i][j] /= sum;
            }
        }
        return MixingMatrix.of(shares);
    }

    private static NaiveTraining training(Algorithm algorithm, Scheme network) {
        return new NaiveTraining(algorithm, network, losses(network.workers()), RATE);
    }

    private static Quadratics losses(int workers) {
        return new Quadratics(workers, PARAMETERS, 0.3, 7 + workers);
    }

    private static double[] mean(double[][] rows) {
        double[] mean = new double[rows[0].length];
        for (double[] row : rows) {
            for (int k = 0; k < mean.length; k++) {
                mean[k] += row[k] / rows.length;
            }
        }
        return mean;
    }

    private static double[][] scaled(double[][] rows, double[] factors) {
        double[][] scaled = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            double factor = factors[i];
            scaled[i] = Arrays.stream(rows[i]).map(x -> factor * x).toArray();
        }
        return scaled;
    }

    /** first + factor second. */
    private static double[] sum(double[] first, double factor, double[] second) {
        double[] sum = new double[first.length];
        Arrays.setAll(sum, k -> first[k] + factor * second[k]);
        return sum;
    }

    private static double[][] sum(double[][] first, double factor, double[][] second) {
        double[][] sum = new double[first.length][];
        Arrays.setAll(sum, i -> sum(first[i], factor, second[i]));
        return sum;
    }

    private static double[][] product(double[][] w, double[][] x) {
        double[][] product = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                product[i] = sum(product[i], w[i][j], x[j]);
            }
        }
        return product;
    }

    private static double distance(double[][] first, double[][] second) {
        double distance = 0;
        for (int i = 0; i < first.length; i++) {
            for (int k = 0; k < first[i].length; k++) {
                distance = Math.max(distance, Math.abs(first[i][k] - second[i][k]));
            }
        }
        return distance;
    }

    private static double size(double[][] rows) {
        return distance(rows, new double[rows.length][rows[0].length]);
    }

    private static void assertClose(double[] expected, double[] found, double scale, String what) {
        assertArrayEquals(expected, found, 1e-11 * Math.max(1, scale), what);
    }

    private static void assertSameModels(NaiveTraining first, NaiveTraining second, String what) {
        for (int t = 0; t < STEPS; t++) {
            first.step();
            second.step();
            assertTrue(size(first.models()) > 0, what);
            assertEquals(0, distance(first.models(), second.models()), 1e-11 * Math.max(1, size(first.models())),
                    what + " after step " + t);
        }
    }

    // ---- means ----

    private static List<Compression> compressions() {
        return List.of(new Compression.None(), new Compression.TopK(0.4, false), new Compression.ScaledSign(false),
                new Compression.RandomK(0.4, 1, false, RandomBits.counted(0)),
                new Compression.Qsgd(2, true, false, RandomBits.counted(1)));
    }

    /** An algorithm whose workers' mean moves as its direction says, and networks where it does. */
    private record Moving(Algorithm algorithm, Direction direction, List<Scheme> networks) {

        @Override
        public String toString() {
            return algorithm.toString();
        }
    }

    static List<Moving> moving() {
        List<Moving> all = new ArrayList<>();
        List<Scheme> symmetricStatic = symmetricStatic().toList();
        List<Scheme> symmetric = symmetric().toList();
        List<Scheme> doubly = doublyStochastic().toList();
        for (Direction direction : DIRECTIONS) {
            for (boolean mixes : new boolean[] {false, true}) {
                for (MixingOrder order : MixingOrder.values()) {
                    boolean isSame = !mixes || !direction.nesterov();
                    if (isSame) {
                        all.add(new Moving(new StochasticGradientDescent(direction, order, mixes), direction, doubly));
                    }
                }
                all.add(new Moving(new LocalSgd(direction, 3, mixes), direction, doubly));
            }
            all.add(new Moving(new GossipPga(direction, 4), direction, doubly));
            for (TrackingOrder order : TrackingOrder.values()) {
                all.add(new Moving(new GradientTracking(direction, order), direction, doubly));
                all.add(new Moving(new MomentumTracking(direction, order), direction, doubly));
            }
            for (ExactDiffusion.Units units : ExactDiffusion.Units.values()) {
                all.add(new Moving(new ExactDiffusion(direction, units), direction, symmetricStatic));
            }
            for (Compression compression : direction.nesterov() ? compressions() : compressions().subList(1, 3)) {
                for (boolean first : new boolean[] {false, true}) {
                    for (Kept.Initial start : Kept.Initial.values()) {
                        all.add(new Moving(new ChocoSgd(direction, compression, 0.2, first, start), direction,
                                symmetricStatic));
                    }
                }
                all.add(new Moving(new DeepSqueeze(direction, compression, 0.1), direction, symmetric));
            }
        }
        all.add(new Moving(new DecentLam(PLAIN), PLAIN, symmetric));
        all.add(new Moving(new DecentLam(HEAVY), HEAVY, symmetric));
        for (Compression compression : compressions()) {
            all.add(new Moving(new Beer(DECAY, compression, compression, 0.2), PLAIN, symmetricStatic));
        }
        return all;
    }

    /** mean(X) moves by -lr_t mean(U), where mean(U) is what a direction makes of mean(G + weightDecay X). */
    @ParameterizedTest
    @MethodSource("moving")
    void theMeanMovesAsTheDirectionsDo(Moving moving) {
        for (Scheme network : moving.networks) {
            NaiveTraining training = training(moving.algorithm, network);
            double[] momentum = new double[PARAMETERS];
            for (int t = 0; t < STEPS; t++) {
                double[][] x = training.parameters();
                double rate = training.learningRate();
                double[] gradient = sum(mean(training.step()), DECAY, mean(x));
                momentum = sum(gradient, moving.direction.momentum(), momentum);
                double[] direction = moving.direction.nesterov()
                        ? sum(gradient, moving.direction.momentum(), momentum) : momentum;
                assertClose(sum(mean(x), -rate, direction), mean(training.parameters()), size(x) + size(
                        training.parameters()), network.name() + " with " + network.workers() + ", step " + t);
            }
        }
    }

    /** The corrections that Y = G + C and the like are kept by have mean 0, and are not all 0. */
    @Test
    void trackersHaveTheMeanOfWhatTheyTrack() {
        for (TrackingOrder order : TrackingOrder.values()) {
            for (Direction direction : DIRECTIONS) {
                doublyStochastic().forEach(network -> {
                    correctionsHaveNoMean(new GradientTracking(direction, order), network);
                    correctionsHaveNoMean(new MomentumTracking(direction, order), network);
                });
            }
        }
        columnStochastic().forEach(network -> correctionsHaveNoMean(new PushDiging(DECAY), network));
        for (Compression compression : compressions()) {
            symmetricStatic().forEach(network ->
                    correctionsHaveNoMean(new Beer(DECAY, compression, compression, 0.2), network));
        }
    }

    private static void correctionsHaveNoMean(Algorithm algorithm, Scheme network) {
        NaiveTraining training = training(algorithm, network);
        for (int t = 0; t < STEPS; t++) {
            training.step();
            double[][] corrections = training.get("corrections");
            assertClose(new double[PARAMETERS], mean(corrections), size(corrections), algorithm + " on "
                    + network.name());
        }
        assertTrue(network.workers() == 1 || size(training.get("corrections")) > 1e-3, algorithm.toString());
    }

    /** Adapt while combining shows what it moved by: W X - X' = lr Y, and mean(Y) = mean(G). */
    @Test
    void aTrackerIsNotTheGradient() {
        Scheme network = named("time-varying-exponential", 8);
        NaiveTraining training = training(
                new GradientTracking(new Direction(0, 0, false), TrackingOrder.ADAPT_WHILE_COMBINING), network);
        double[][] y = null;
        double[][] before = null;
        for (int t = 0; t < STEPS; t++) {
            double[][] x = training.parameters();
            double rate = training.learningRate();
            double[][] gradients = training.step();
            double[][] moved = sum(product(network.at(t).toDense(), x), -1, training.parameters());
            double[][] tracked = scaled(moved, IntStream.range(0, 8).mapToDouble(i -> 1 / rate).toArray());
            double[][] expected = t == 0 ? gradients
                    : sum(sum(product(network.at(t - 1).toDense(), y), 1, gradients), -1, before);
            assertEquals(0, distance(expected, tracked), 1e-10);
            assertClose(mean(gradients), mean(tracked), 100, "step " + t);
            y = tracked;
            before = gradients;
        }
        assertTrue(distance(y, before) > 0.1);
    }

    /** Sum w = n, no weight is 0, and they are A_t ... A_0 1, whatever steps are asked for, in whatever order. */
    @Test
    void pushSumWeightsAreOfTheSchemeAlone() {
        columnStochastic().forEach(network -> {
            int n = network.workers();
            PushSumWeights weights = new PushSumWeights();
            double[][] expected = new double[601][];
            expected[0] = IntStream.range(0, n).mapToDouble(i -> 1).toArray();
            for (int t = 0; t < 600; t++) {
                double[][] column = product(network.at(t).toDense(), transposed(expected[t]));
                expected[t + 1] = Arrays.stream(column).mapToDouble(row -> row[0]).toArray();
            }
            for (int t : new int[] {0, 3, 4, 599, 2, 256, 255, 257, 511, 600, 0}) {
                Clock clock = new Clock(t, 0, network, 0);
                double[] found = weights.before().at(clock);
                assertArrayEquals(expected[t], found, 1e-12, network.name());
                assertEquals(n, Arrays.stream(found).sum(), 1e-9, network.name());
                assertTrue(Arrays.stream(found).allMatch(w -> w > 0), network.name());
                if (t < 600) {
                    assertArrayEquals(expected[t + 1], weights.after().at(clock), 1e-12, network.name());
                }
            }
        });
    }

    /** A step that asks for both weights more than once, in any order, makes each once. */
    @Test
    void pushSumWeightsOfAStepAreMadeOnce() {
        AtomicInteger made = new AtomicInteger();
        MixingMatrix matrix = shares(6, 2);
        Scheme network = NaiveTraining.scheme("counted", OptionalInt.empty(), t -> {
            made.incrementAndGet();
            return matrix;
        });
        PushSumWeights weights = new PushSumWeights();
        weights.before().at(new Clock(0, 0, network, 0));
        made.set(0);
        for (int t = 0; t < 500; t++) {
            Clock clock = new Clock(t, 0, network, 0);
            double[] before = weights.before().at(clock).clone();
            double[] after = weights.after().at(clock).clone();
            assertArrayEquals(before, weights.before().at(clock));
            assertArrayEquals(after, weights.after().at(clock));
        }
        assertEquals(500, made.get());
    }

    private static double[][] transposed(double[] row) {
        return Arrays.stream(row).mapToObj(x -> new double[] {x}).toArray(double[][]::new);
    }

    /** mean(w Z), not mean(Z), moves by -lr mean(U); of push-DIGing by -lr mean(G). */
    @Test
    void numeratorsOfPushSumMoveAsTheDirectionsDo() {
        List<Algorithm> algorithms = new ArrayList<>(List.of(new PushDiging(DECAY)));
        DIRECTIONS.forEach(direction -> algorithms.add(new StochasticGradientPush(direction, false)));
        DIRECTIONS.forEach(direction -> algorithms.add(new StochasticGradientPush(direction, true)));
        for (Algorithm algorithm : algorithms) {
            columnStochastic().forEach(network -> numeratorsMove(algorithm, network));
        }
    }

    private static void numeratorsMove(Algorithm algorithm, Scheme network) {
        boolean isPush = algorithm instanceof StochasticGradientPush;
        Direction direction = isPush ? ((StochasticGradientPush) algorithm).direction() : PLAIN;
        boolean decaysNumerators = isPush && ((StochasticGradientPush) algorithm).decaysNumerators();
        NaiveTraining training = training(algorithm, network);
        double[] weights = IntStream.range(0, network.workers()).mapToDouble(i -> 1).toArray();
        double[] momentum = new double[PARAMETERS];
        for (int t = 0; t < STEPS; t++) {
            double[][] z = training.parameters();
            double rate = training.learningRate();
            double[] before = mean(scaled(z, weights));
            double[] gradient = sum(mean(training.step()), DECAY, decaysNumerators ? before : mean(z));
            momentum = sum(gradient, direction.momentum(), momentum);
            double[] move = direction.nesterov() ? sum(gradient, direction.momentum(), momentum) : momentum;
            weights = Arrays.stream(product(network.at(t).toDense(), transposed(weights))).mapToDouble(w -> w[0])
                    .toArray();
            assertClose(sum(before, -rate, move), mean(scaled(training.parameters(), weights)), size(z),
                    algorithm + " on " + network.name());
        }
    }

    // ---- reductions ----

    @Test
    void orderOfMixingIsAMatterOfHalfAStep() {
        for (Direction direction : DIRECTIONS) {
            doublyStochastic().forEach(network -> {
                NaiveTraining combining = training(
                        new StochasticGradientDescent(direction, MixingOrder.COMBINE_THEN_ADAPT, false), network);
                Scheme later = NaiveTraining.scheme("later", OptionalInt.empty(), t -> network.at(t + 1));
                NaiveTraining adapting = training(
                        new StochasticGradientDescent(direction, MixingOrder.ADAPT_THEN_COMBINE, false), later);
                for (int t = 0; t < STEPS; t++) {
                    combining.step();
                    adapting.step();
                    assertEquals(0, distance(adapting.models(),
                            product(network.at(t + 1).toDense(), combining.models())), 1e-11, network.name());
                    assertEquals(0, distance(adapting.parameters(), combining.parameters()), 1e-11, network.name());
                }
            });
        }
    }

    private static Algorithm descent(Direction direction, MixingOrder order) {
        return new StochasticGradientDescent(direction, order, false);
    }

    private static Algorithm descent(Direction direction) {
        return descent(direction, MixingOrder.ADAPT_THEN_COMBINE);
    }

    @Test
    void withoutMomentumDecentLamAndQuasiGlobalMomentumAreDescent() {
        symmetric().forEach(network -> assertSameModels(training(descent(PLAIN), network),
                training(new DecentLam(PLAIN), network), network.name()));
        doublyStochastic().forEach(network -> assertSameModels(training(descent(PLAIN), network),
                training(new QuasiGlobalMomentum(PLAIN), network), network.name()));
    }

    /** On J / n: x - lr (b q + g), then q = (b + (1 - b) b) q + (1 - b) g. */
    @Test
    void quasiGlobalMomentumOfAllIsQuasiHyperbolic() {
        double b = HEAVY.momentum();
        NaiveTraining training = training(new QuasiGlobalMomentum(HEAVY), named("fully-connected", 6));
        double[] x = training.parameters()[0];
        double[] q = new double[PARAMETERS];
        for (int t = 0; t < STEPS; t++) {
            double rate = training.learningRate();
            double[] gradient = sum(mean(training.step()), DECAY, x);
            x = sum(x, -rate, sum(gradient, b, q));
            double[] old = q;
            q = new double[PARAMETERS];
            Arrays.setAll(q, k -> (b + (1 - b) * b) * old[k] + (1 - b) * gradient[k]);
            for (double[] row : training.parameters()) {
                assertClose(x, row, 1, "step " + t);
            }
        }
    }

    /** Linear filters over time commute with a W that stays the same, and with no other one. */
    @Test
    void momentumTrackingIsGradientTrackingWithMomentumAfterTheTracker() {
        for (TrackingOrder order : TrackingOrder.values()) {
            for (Direction direction : DIRECTIONS) {
                Stream.concat(symmetricStatic(), Stream.of(named("uni-ring", 5), named("static-exponential", 7)))
                        .forEach(network -> assertSameModels(training(new GradientTracking(direction, order), network),
                                training(new MomentumTracking(direction, order), network), network.name()));
            }
            Scheme changing = named("time-varying-exponential", 8);
            NaiveTraining gradients = training(new GradientTracking(HEAVY, order), changing);
            NaiveTraining momenta = training(new MomentumTracking(HEAVY, order), changing);
            assertTrue(distance(gradients.run(STEPS).models(), momenta.run(STEPS).models()) > 1e-3);
            doublyStochastic().forEach(network -> assertSameModels(
                    training(new GradientTracking(PLAIN, order), network),
                    training(new MomentumTracking(PLAIN, order), network), network.name()));
        }
    }

    @Test
    void pushSumWithoutAGraphsBiasIsDescent() {
        for (Direction direction : DIRECTIONS) {
            for (boolean decaysNumerators : new boolean[] {false, true}) {
                doublyStochastic().forEach(network -> assertSameModels(training(descent(direction), network),
                        training(new StochasticGradientPush(direction, decaysNumerators), network), network.name()));
            }
        }
        doublyStochastic().forEach(network -> assertSameModels(
                training(new GradientTracking(PLAIN, TrackingOrder.ADAPT_THEN_COMBINE), network),
                training(new PushDiging(DECAY), network), network.name()));
    }

    @Test
    void sendingEverythingTheWholeWayIsDescent() {
        Compression none = new Compression.None();
        for (Direction direction : DIRECTIONS) {
            symmetricStatic().forEach(network -> {
                for (Kept.Initial start : Kept.Initial.values()) {
                    assertSameModels(training(descent(direction), network),
                            training(new ChocoSgd(direction, none, 1, false, start), network), network.name());
                }
                assertSameModels(training(descent(direction, MixingOrder.ADAPT_WHILE_COMBINING), network),
                        training(new ChocoSgd(direction, none, 1, true, Kept.Initial.PARAMETERS), network),
                        network.name());
            });
            symmetric().forEach(network -> assertSameModels(training(descent(direction), network),
                    training(new DeepSqueeze(direction, none, 1), network), network.name()));
        }
    }

    /** Gamma is a consensus step size of the scheme where nothing is compressed. */
    @Test
    void gammaIsAConsensusStepSize() {
        symmetricStatic().forEach(network -> {
            Scheme shorter = MixingOperators.stepSize(network, 0.3);
            assertSameModels(training(descent(HEAVY), shorter), training(
                    new ChocoSgd(HEAVY, new Compression.None(), 0.3, false, Kept.Initial.ZERO), network),
                    network.name());
            assertSameModels(training(descent(HEAVY), shorter),
                    training(new DeepSqueeze(HEAVY, new Compression.None(), 0.3), network), network.name());
        });
    }

    /** With public copies that start from what is copied, H = x^0 and K = V_0, BEER is DIGing. */
    @Test
    void beerWithoutCompressionIsDiging() {
        symmetricStatic().forEach(network -> {
            NaiveTraining diging = training(
                    new GradientTracking(PLAIN, TrackingOrder.ADAPT_WHILE_COMBINING), network);
            NaiveTraining beer = training(new Beer(DECAY, new Compression.None(), new Compression.None(), 1), network);
            double[][] start = beer.parameters();
            beer.put("public-copies", start);
            diging.step();
            double[][] tracker = sum(beer.step(), DECAY, start);
            beer.put("public-trackers", tracker);
            beer.put("corrections", sum(product(network.at(0).toDense(), tracker), -1, tracker));
            assertSameModels(diging, beer, network.name());
        });
    }

    @Test
    void averagingEveryStepIsTheCompleteGraphAndNeverIsDescent() {
        for (Direction direction : DIRECTIONS) {
            doublyStochastic().forEach(network -> {
                Scheme complete = NaiveTraining.scheme("complete", List.of(MixingMatrix.uniform(network.workers())));
                assertSameModels(training(descent(direction), complete),
                        training(new LocalSgd(direction, 1, false), network), network.name());
                assertSameModels(training(descent(direction), complete),
                        training(new GossipPga(direction, 1), network), network.name());
                assertSameModels(training(descent(direction), network),
                        training(new LocalSgd(direction, 1, true), network), network.name());
                assertSameModels(training(descent(direction), network),
                        training(new GossipPga(direction, STEPS + 1), network), network.name());
            });
        }
    }

    /** The first average is after H steps, the next after 2 H; in between, workers are alone. */
    @Test
    void localStepsAreAlone() {
        NaiveTraining local = training(new LocalSgd(HEAVY, 4, false), named("ring", 6));
        NaiveTraining alone = training(descent(HEAVY), NaiveTraining.scheme("alone",
                List.of(MixingMatrix.identity(6))));
        for (int t = 1; t <= 12; t++) {
            local.step();
            alone.step();
            if (t % 4 == 0) {
                double[] mean = mean(alone.models());
                double[][] all = new double[6][];
                Arrays.fill(all, mean);
                alone.put("parameters", all);
            }
            assertEquals(0, distance(alone.models(), local.models()), 1e-12, "after " + t);
        }
    }

    private static Algorithm slow(Algorithm inner, int period, double momentum, SlowMomentum.Buffers buffers) {
        return new SlowMomentum(inner, new SlowMomentum.Outer(period, momentum, 1, buffers));
    }

    @Test
    void slowMomentumThatDoesNothingIsPeriodicAveraging() {
        Algorithm alone = new LocalSgd(HEAVY, 1_000_000, false);
        doublyStochastic().forEach(network -> {
            assertSameModels(training(new LocalSgd(HEAVY, 5, false), network),
                    training(slow(alone, 5, 0, SlowMomentum.Buffers.KEEP), network), network.name());
            assertSameModels(training(new GossipPga(HEAVY, 5), network),
                    training(slow(descent(HEAVY), 5, 0, SlowMomentum.Buffers.KEEP), network), network.name());
        });
    }

    /** After a slow step all workers are the same, whatever algorithm is inside, and momenta are as was asked for. */
    @Test
    void slowStepsMakeAllWorkersTheSame() {
        for (Moving moving : moving()) {
            for (SlowMomentum.Buffers buffers : SlowMomentum.Buffers.values()) {
                Scheme network = moving.networks.get(2);
                Algorithm algorithm = slow(moving.algorithm, 3, 0.4, buffers);
                NaiveTraining training = training(algorithm, network).run(2);
                assertTrue(spread(training.models()) > 0, algorithm.toString());
                training.step();
                assertEquals(0, spread(training.models()), algorithm.toString());
                assertEquals(0, spread(training.parameters()), algorithm.toString());
                Update.of(algorithm).kept().stream().map(Kept::name)
                        .filter(name -> !List.of("parameters", "local", "anchor", "slow-momenta").contains(name))
                        .forEach(name -> {
                            double[][] found = training.get(name);
                            if (buffers == SlowMomentum.Buffers.RESET) {
                                assertEquals(0, size(found), algorithm.toString());
                            } else if (buffers == SlowMomentum.Buffers.AVERAGE) {
                                assertEquals(0, spread(found), 1e-15, algorithm.toString());
                            }
                        });
            }
        }
    }

    private static double spread(double[][] rows) {
        double[][] first = new double[rows.length][];
        Arrays.fill(first, rows[0]);
        return distance(first, rows);
    }

    // ---- relays, unequal data ----

    /** The edges of a tree: worker order[k] and an earlier one of the order. */
    private static Scheme randomTree(int workers, long seed) {
        Random random = new Random(seed);
        List<Integer> order = new ArrayList<>(IntStream.range(0, workers).boxed().toList());
        Collections.shuffle(order, random);
        double[][] w = MixingMatrix.identity(workers).toDense();
        for (int k = 1; k < workers; k++) {
            int i = order.get(k);
            int j = order.get(random.nextInt(k));
            w[i][j] = 1.0 / workers;
            w[j][i] = 1.0 / workers;
            w[i][i] -= 1.0 / workers;
            w[j][j] -= 1.0 / workers;
        }
        return NaiveTraining.scheme("tree " + seed, List.of(MixingMatrix.of(w)));
    }

    private static Stream<Scheme> trees() {
        return Stream.of(named("solo", 1), named("chain", 2), named("chain", 7), named("star", 6),
                named("binary-tree", 8), named("3-tree", 10), randomTree(3, 1), randomTree(9, 2), randomTree(12, 3));
    }

    /** Edges between workers [n][n], by Floyd's algorithm. */
    private static int[][] hops(MixingMatrix w) {
        int n = w.workers();
        int[][] hops = new int[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                hops[i][j] = i == j ? 0 : w.get(i, j) != 0 ? 1 : n;
            }
        }
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    hops[i][j] = Math.min(hops[i][j], hops[i][k] + hops[k][j]);
                }
            }
        }
        return hops;
    }

    /** Vogels et al., theorem 1: x_i is the mean of own_j of max(0, hops_ij - 1) steps before. */
    @Test
    void relaysAreDelayedAverages() {
        for (RelaySgd.Relay relay : RelaySgd.Relay.values()) {
            for (Direction direction : DIRECTIONS) {
                trees().forEach(tree -> isDelayedAverage(new RelaySgd(direction, relay), tree));
            }
        }
    }

    private static void isDelayedAverage(RelaySgd algorithm, Scheme tree) {
        int n = tree.workers();
        int[][] hops = hops(tree.at(0));
        NaiveTraining training = training(algorithm, tree);
        double[] start = training.parameters()[0];
        double[][] momenta = new double[n][PARAMETERS];
        List<double[][]> own = new ArrayList<>();
        for (int t = 0; t < STEPS; t++) {
            double[][] x = training.parameters();
            double rate = training.learningRate();
            double[][] gradients = sum(training.step(), DECAY, x);
            momenta = sum(gradients, algorithm.direction().momentum(), momenta);
            double[][] moves = algorithm.direction().nesterov()
                    ? sum(gradients, algorithm.direction().momentum(), momenta) : momenta;
            boolean ofModels = algorithm.relay() != RelaySgd.Relay.GRADIENTS;
            own.add(sum(ofModels ? x : new double[n][PARAMETERS], -rate, moves));
            for (int i = 0; i < n; i++) {
                double[] expected = new double[PARAMETERS];
                int heard = 0;
                for (int j = 0; j < n; j++) {
                    int from = t - Math.max(0, hops[i][j] - 1);
                    heard += from >= 0 ? 1 : 0;
                    expected = from >= 0 ? sum(expected, 1, own.get(from)[j])
                            : algorithm.relay() == RelaySgd.Relay.MODELS ? sum(expected, 1, start) : expected;
                }
                int divisor = algorithm.relay() == RelaySgd.Relay.MODELS_HEARD ? heard : n;
                double[] mean = sum(ofModels ? new double[PARAMETERS] : x[i], 1.0 / divisor, expected);
                assertClose(mean, training.parameters()[i], size(x), algorithm + " on " + tree.name() + ", step " + t);
            }
        }
    }

    /** Root mean square distance to the optimum of the sum, without noise. */
    private static double error(Algorithm algorithm, Scheme network) {
        Quadratics losses = new Quadratics(network.workers(), 4, 0, 3);
        double[][] models = new NaiveTraining(algorithm, network, losses, t -> 0.05).run(3000).models();
        double[] optimum = losses.optimum();
        return Math.sqrt(Arrays.stream(models).flatMapToDouble(row -> Arrays.stream(sum(row, -1, optimum)))
                .map(x -> x * x).sum() / network.workers());
    }

    @Test
    void exactMethodsReachTheOptimumOfUnequalLossesAndOthersDoNot() {
        Direction plain = new Direction(0, 0, false);
        Direction heavy = new Direction(0.9, 0, false);
        Scheme ring = named("ring", 8);
        Scheme lazy = MixingOperators.stepSize(ring, 0.5);
        Scheme onePeer = named("time-varying-exponential", 8);
        Compression top = new Compression.TopK(0.5, false);
        double bias = error(descent(plain), ring);
        assertTrue(bias > 0.01);
        assertTrue(error(descent(heavy), ring) > 2 * bias, "momentum adds bias");
        assertEquals(bias, error(new DecentLam(heavy), ring), 1e-6, "but not DecentLaM's");
        assertEquals(bias, error(new QuasiGlobalMomentum(heavy), ring), 0.2 * bias, "nor that of all");
        assertTrue(error(new ChocoSgd(plain, top, 0.2, false, Kept.Initial.ZERO), ring) > 0.01);
        assertTrue(error(new RelaySgd(plain, RelaySgd.Relay.GRADIENTS), named("binary-tree", 8)) > 1e-3);
        for (ExactDiffusion.Units units : ExactDiffusion.Units.values()) {
            assertEquals(0, error(new ExactDiffusion(plain, units), lazy), 1e-8);
            assertEquals(0, error(new ExactDiffusion(heavy, units), lazy), 1e-8);
            assertTrue(!(error(new ExactDiffusion(plain, units), onePeer) < 1e6), "diverges, and is refused");
        }
        for (TrackingOrder order : TrackingOrder.values()) {
            assertEquals(0, error(new GradientTracking(plain, order), ring), 1e-8);
            assertEquals(0, error(new GradientTracking(plain, order), onePeer), 1e-8);
        }
        assertEquals(0, error(new PushDiging(0), NaiveTraining.scheme("shares", List.of(shares(8, 1)))), 1e-8);
        assertEquals(0, error(new RelaySgd(plain, RelaySgd.Relay.MODELS), named("binary-tree", 8)), 1e-8);
        assertEquals(0, error(new Beer(0, top, top, 0.2), ring), 1e-6);
        assertTrue(!(error(new DecentLam(heavy), named("static-exponential", 8)) < 1e6), "diverges, and is refused");
    }
}
