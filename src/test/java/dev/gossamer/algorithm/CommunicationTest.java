package dev.gossamer.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.algorithm.method.Beer;
import dev.gossamer.algorithm.method.ChocoSgd;
import dev.gossamer.algorithm.method.DecentLam;
import dev.gossamer.algorithm.method.DeepSqueeze;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.ExactDiffusion;
import dev.gossamer.algorithm.method.GossipPga;
import dev.gossamer.algorithm.method.GradientTracking;
import dev.gossamer.algorithm.method.Lion;
import dev.gossamer.algorithm.method.LocalSgd;
import dev.gossamer.algorithm.method.MixingOrder;
import dev.gossamer.algorithm.method.MomentumTracking;
import dev.gossamer.algorithm.method.PushDiging;
import dev.gossamer.algorithm.method.QuasiGlobalMomentum;
import dev.gossamer.algorithm.method.RelaySgd;
import dev.gossamer.algorithm.method.Signum;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.algorithm.method.StochasticGradientPush;
import dev.gossamer.algorithm.method.TrackingOrder;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.MixingOperators;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommunicationTest {

    private static final long[] TENSORS = {12, 6};
    private static final int D = 18;
    private static final Scheme RING = Topologies.parse("ring", 8);
    private static final Update DESCENT = Rules.descent(0.9, 1e-4, 0.9);

    private static Communication of(Algorithm algorithm, Scheme scheme) {
        return new Communication(Update.of(algorithm), scheme, TENSORS);
    }

    private static Sent ofRing(Algorithm algorithm) {
        return of(algorithm, RING).at(0);
    }

    @Test
    void onARingEachSendsItsParametersToTwo() {
        Communication ring = new Communication(DESCENT, RING, TENSORS);
        assertEquals(new Sent(16, 16 * 4 * D), ring.at(0));
        assertEquals(Sent.NOTHING, ring.until(0));
        assertEquals(new Sent(16_000_000, 16_000_000L * 4 * D), ring.until(1_000_000));
    }

    @Test
    void ofOnePeerEachSendsItsParametersToOne() {
        Communication onePeer =
                new Communication(DESCENT, Topologies.parse("time-varying-exponential", 8), TENSORS);
        assertEquals(new Sent(800, 800 * 4 * D), onePeer.until(100));
    }

    /** With and without a period, and with one of matrices of different numbers of edges. */
    @ParameterizedTest
    @ValueSource(strings = {"time-varying-exponential", "base-2", "random-matching", "social-network", "solo"})
    void totalsAreTheSumsOverAllSteps(String topology) {
        Scheme scheme = Topologies.parse(topology, topology.equals("solo") ? 1 : 32);
        for (MixingOrder order : MixingOrder.values()) {
            int ahead = order == MixingOrder.COMBINE_THEN_ADAPT ? 1 : 0;
            Communication counted = of(new StochasticGradientDescent(DIRECTION, order, false), scheme);
            for (long steps : new long[] {1, 7, 50, 3}) {
                long messages = LongStream.range(0, steps).map(t -> edges(scheme.at(t + ahead))).sum();
                assertEquals(new Sent(messages, messages * 4 * D), counted.until(steps), topology + " " + order);
            }
        }
    }

    private static long edges(MixingMatrix w) {
        double[][] dense = w.toDense();
        long edges = 0;
        for (int i = 0; i < dense.length; i++) {
            for (int j = 0; j < dense.length; j++) {
                edges += i != j && dense[i][j] != 0 ? 1 : 0;
            }
        }
        return edges;
    }

    @Test
    void phasesOfDifferentSizeAreToldApart() {
        MixingMatrix pair = MixingMatrix.of(new double[][] {{0.5, 0.5, 0}, {0.5, 0.5, 0}, {0, 0, 1}});
        Scheme scheme = new PeriodicScheme("mine", List.of(pair, MixingMatrix.identity(3), MixingMatrix.uniform(3)));
        Communication counted = new Communication(DESCENT, scheme, TENSORS);
        assertEquals(new Sent(2, 2 * 4 * D), counted.at(30));
        assertEquals(Sent.NOTHING, counted.at(31));
        assertEquals(new Sent(6, 6 * 4 * D), counted.at(32));
        assertEquals(8 * 1000 + 2, counted.until(3001).messages());
    }

    private static final Direction DIRECTION = new Direction(0.9, 1e-4, false);
    private static final Compression SIGN = new Compression.ScaledSign(false);

    /** Numbers of 4 bytes in a message over an edge of the ring, as surveys of the algorithms say. */
    private static Stream<Arguments> numbers() {
        Stream<Algorithm> ofOneVector = Stream.of(
                new DecentLam(DIRECTION), new QuasiGlobalMomentum(DIRECTION),
                new ExactDiffusion(DIRECTION, ExactDiffusion.Units.GRADIENTS), new Lion(0.9, 0.99, 0),
                new Signum(0.9, 0), new ChocoSgd(DIRECTION, new Compression.None(), 1, false, Kept.Initial.ZERO));
        Stream<Algorithm> ofTwoVectors = Stream.of(
                new StochasticGradientDescent(DIRECTION, MixingOrder.ADAPT_THEN_COMBINE, true),
                new GradientTracking(DIRECTION, TrackingOrder.ADAPT_THEN_COMBINE),
                new GradientTracking(DIRECTION, TrackingOrder.ADAPT_WHILE_COMBINING),
                new MomentumTracking(DIRECTION, TrackingOrder.ADAPT_THEN_COMBINE));
        return Stream.of(
                ofOneVector.map(algorithm -> Arguments.of(algorithm, D)),
                ofTwoVectors.map(algorithm -> Arguments.of(algorithm, 2 * D)),
                Stream.of(Arguments.of(new StochasticGradientPush(DIRECTION, false), D + 1),
                        Arguments.of(new PushDiging(0), 2 * D + 1))).flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void vectorsOfOneTimeTravelTogether(Algorithm algorithm, int numbers) {
        assertEquals(new Sent(16, 16 * 4 * numbers), ofRing(algorithm));
    }

    /** All 7 edges of a tree of 8, in both directions. */
    @Test
    void relayedSumsGoOverTheEdgesOfTheTree() {
        for (RelaySgd.Relay relay : RelaySgd.Relay.values()) {
            assertEquals(new Sent(140, 140 * 4 * D),
                    of(new RelaySgd(DIRECTION, relay), Topologies.parse("binary-tree", 8)).until(10));
        }
    }

    @Test
    void algorithmsThatCompressSendNothingElse() {
        int bytes = 4 + 3;
        assertEquals(new Sent(16, 16 * bytes), ofRing(new ChocoSgd(DIRECTION, SIGN, 0.5, false, Kept.Initial.ZERO)));
        assertEquals(new Sent(16, 16 * bytes), ofRing(new ChocoSgd(DIRECTION, SIGN, 0.5, true, Kept.Initial.ZERO)));
        assertEquals(new Sent(16, 16 * bytes), ofRing(new DeepSqueeze(DIRECTION, SIGN, 0.5)));
        Communication beer = of(new Beer(0, SIGN, SIGN, 0.5), RING);
        assertEquals(new Sent(16, 16 * bytes), beer.at(0), "there are no trackers yet");
        assertEquals(new Sent(16, 16 * (2 * 4 + 5)), beer.at(1));
    }

    /** SlowMo's average is of whole models, whatever the algorithm inside sends. */
    @Test
    void slowStepsAroundCompressionSendWholeModels() {
        Communication slow = of(new SlowMomentum(new ChocoSgd(DIRECTION, SIGN, 0.5, false, Kept.Initial.ZERO),
                outer(SlowMomentum.Buffers.KEEP)), RING);
        Sent compressed = new Sent(16, 16 * (4 + 3));
        assertEquals(compressed, slow.at(3));
        assertEquals(compressed.plus(new Sent(8 * 14, 14 * 4 * D)), slow.at(4));
    }

    @Test
    void oneWorkerSendsNothing() {
        Scheme solo = Topologies.parse("solo", 1);
        for (Algorithm algorithm : List.<Algorithm>of(new StochasticGradientDescent(0.9, 0), new RelaySgd(DIRECTION,
                RelaySgd.Relay.MODELS), new Beer(0, SIGN, SIGN, 0.5), new StochasticGradientPush(DIRECTION, false))) {
            assertEquals(Sent.NOTHING, of(algorithm, solo).until(10), algorithm.toString());
        }
    }

    /** The copies of CHOCO-SGD are what is averaged beside the models, where buffers are. */
    @Test
    void slowStepsAroundCompressionSendWholeAveragesBesides() {
        ChocoSgd choco = new ChocoSgd(new Direction(0, 0, false), SIGN, 0.5, false, Kept.Initial.ZERO);
        Sent gossip = new Sent(14 * 16, 14 * 16 * (4 + 3));
        Sent average = new Sent(8 * 14, 14 * 4 * D);
        assertEquals(gossip.plus(times(2, average)),
                ofItsScheme(new SlowMomentum(choco, outer(SlowMomentum.Buffers.KEEP))));
        assertEquals(gossip.plus(times(4, average)),
                ofItsScheme(new SlowMomentum(choco, outer(SlowMomentum.Buffers.AVERAGE))));
    }

    @Test
    void whatIsDoneFromTimeToTimeIsSentThen() {
        Sent average = new Sent(8 * 14, 14 * 4 * D);
        assertEquals(times(2, average), ofItsScheme(new LocalSgd(DIRECTION, 5, false)));
        assertEquals(new Sent(32, 32 * 4 * D), ofItsScheme(new LocalSgd(DIRECTION, 5, true)));
        Sent gossip = new Sent(12 * 16, 12 * 16 * 4 * D);
        assertEquals(gossip.plus(times(2, average)), ofItsScheme(new GossipPga(DIRECTION, 5)));
        Sent more = new Sent(2 * 16, 2 * 16 * 4 * D).plus(times(2, average));
        SlowMomentum slow = new SlowMomentum(
                new StochasticGradientDescent(0.9, 0), outer(SlowMomentum.Buffers.KEEP));
        assertEquals(gossip.plus(more), ofItsScheme(slow));
        assertEquals(gossip.plus(more).plus(times(2, average)), ofItsScheme(new SlowMomentum(
                slow.inner(), outer(SlowMomentum.Buffers.AVERAGE))));
    }

    private static SlowMomentum.Outer outer(SlowMomentum.Buffers buffers) {
        return new SlowMomentum.Outer(5, 0.5, 1, buffers);
    }

    /** Fourteen steps on the ring. */
    private static Sent ofItsScheme(Algorithm algorithm) {
        return of(algorithm, algorithm.scheme(RING)).until(14);
    }

    private static Sent times(int count, Sent sent) {
        return new Sent(count * sent.messages(), count * sent.bytes());
    }

    @Test
    void whatIsMixedAgainIsSentAgain() {
        assertEquals(new Sent(32, 32 * 4 * D),
                ofRing(step -> step.parameters().becomes(step.mixed(step.mixed(step.parameters())))));
    }

    @Test
    void anExactAverageIsARingAllReduce() {
        // of n = 8, each sends 2 (n - 1) messages of d / n values
        assertEquals(new Sent(8 * 14, 14 * 4 * D),
                ofRing(step -> step.parameters().becomes(step.mixed(step.parameters(), Exchange.MEAN))));
        assertEquals(new Sent(16 + 8 * 14, (16 + 14) * 4 * D), ofRing(step ->
                step.parameters().becomes(step.mixed(step.mixed(step.parameters()), Exchange.MEAN))));
    }

    @Test
    void otherExchangesSendAlongTheirOwnWeightsOrNothing() {
        UnaryOperator<MixingMatrix> toZero = w -> MixingMatrix.ofAnyRows(8, i -> {
            double[] row = new double[8];
            if (i == 0) {
                row[0] = 1;
                row[3] = 2;
                row[5] = 2;
            }
            return row;
        });
        Exchange sent = new Exchange("to-zero", toZero, true);
        Exchange known = new Exchange("known", toZero, false);
        assertEquals(new Sent(2, 2 * 4 * D),
                ofRing(step -> step.parameters().becomes(step.mixed(step.parameters(), sent))));
        assertEquals(Sent.NOTHING, ofRing(step -> step.parameters().becomes(step.mixed(step.parameters(), known))));
        assertEquals(new Sent(16 + 2, 18 * 4 * D), ofRing(step -> step.parameters()
                .becomes(step.mixed(step.parameters()).plus(step.mixed(step.parameters(), sent)))));
    }

    @Test
    void aSchemeOfSeveralRoundsSendsInEach() {
        assertEquals(new Sent(48, 48 * 4 * 2 * D),
                of(new GradientTracking(DIRECTION, TrackingOrder.ADAPT_THEN_COMBINE),
                        MixingOperators.rounds(RING, 3)).at(0));
        assertEquals(new Sent(16 * 2, 16 * 2 * 4 * D),
                of(DESCENT.algorithm(), MixingOperators.localSteps(RING, 5)).until(14));
        assertEquals(new Sent(12 * 16 + 2 * 8 * 14, (12 * 16 + 2 * 14) * 4 * D),
                of(DESCENT.algorithm(), MixingOperators.periodicAveraging(RING, 5)).until(14));
    }

    private static final RandomBits NONE = (clock, worker) -> column -> 0;

    /** Bytes of a message of a compression of 18 values, or of 12 and of 6. */
    @Test
    void compressedValuesAreSentInPlaceOfAll() {
        assertEquals(2 * 8, bytes(new Compression.TopK(0.1, false)));
        assertEquals(2 * 8, bytes(new Compression.TopK(0.1, true)));
        assertEquals(5 * 8, bytes(new Compression.TopK(0.25, false)));
        assertEquals((3 + 2) * 8, bytes(new Compression.TopK(0.25, true)));
        assertEquals(4 * 4, bytes(new Compression.RandomK(0.2, 1, false, NONE)));
        assertEquals((2 + 1) * 4, bytes(new Compression.RandomK(0.2, 1, true, NONE)));
        assertEquals(4 + 3, bytes(new Compression.ScaledSign(false)));
        assertEquals(2 * 4 + 3, bytes(new Compression.ScaledSign(true)));
        assertEquals(4 + D * 4 / 8, bytes(new Compression.Qsgd(4, true, false, NONE)));
        assertEquals(2 * 4 + D * 4 / 8, bytes(new Compression.Qsgd(4, true, true, NONE)));
        assertEquals(4 + 14, bytes(new Compression.Qsgd(16, true, false, NONE)));
    }

    /** Of an algorithm that mixes copies, which everyone knows, and sends what is left of a difference. */
    private static long bytes(Compression compression) {
        Sent sent = ofRing(step -> {
            Kept copies = step.keep("copies", Kept.Initial.ZERO);
            Value half = step.parameters().minus(step.gradients());
            copies.becomes(copies.plus(step.compressed(half.minus(copies), compression)));
            step.parameters().becomes(half.plus(step.mixed(copies.next())).minus(copies.next()));
        });
        assertEquals(16, sent.messages());
        assertEquals(0, sent.bytes() % 16);
        return sent.bytes() / 16;
    }

    @Test
    void compressedVectorsOfOneTimeTravelTogether() {
        assertEquals(new Sent(16, 16 * (2 * 4 + 5)), ofRing(step -> {
            step.parameters().becomes(step.mixed(step.compressed(step.parameters(), SIGN))
                    .plus(step.mixed(step.compressed(step.gradients(), SIGN))));
        }));
        assertEquals(new Sent(32, 32 * (4 + 3 + 4)), ofRing(step -> {
            step.parameters().becomes(step.mixed(step.compressed(step.compressed(step.parameters(), SIGN), SIGN)));
            step.sendsAlso(1);
        }));
    }

    @Test
    void kindsOfStepsSendWhatTheyMix() {
        Algorithm everyThird = new Algorithm() {
            @Override
            public void step(Step step) {
                Value local = step.parameters().minus(step.gradients());
                step.parameters().becomes(step.kind() == 1 ? step.mixed(local) : local);
            }

            @Override
            public int kinds() {
                return 2;
            }

            @Override
            public int kind(long step) {
                return step % 3 == 2 ? 1 : 0;
            }
        };
        Communication counted = of(everyThird, Topologies.parse("time-varying-exponential", 8));
        assertEquals(new Sent(3 * 8, 3 * 8 * 4 * D), counted.until(10));
    }
}
