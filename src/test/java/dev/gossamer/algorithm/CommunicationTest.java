package dev.gossamer.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.MixingOperators;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommunicationTest {

    private static final long[] TENSORS = {12, 6};
    private static final int D = 18;
    private static final Scheme RING = Topologies.parse("ring", 8);
    private static final Update DESCENT = Rules.descent(0.9, 1e-4, 0.9);

    private static Communication of(Algorithm algorithm, Scheme scheme) {
        return new Communication(Update.of(algorithm), scheme, TENSORS);
    }

    /** An algorithm that leaves its parameters as a function of them says. */
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
            Communication counted = of(new StochasticGradientDescent(0.9, 0, false, order), scheme);
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

    /** What the field's tables say of these algorithms: 2d, 2d, d + 1 and 2d + 1 numbers for each edge. */
    @Test
    void vectorsOfOneTimeTravelTogether() {
        assertEquals(new Sent(16, 16 * 4 * 2 * D), ofRing(new GradientTracking(0)));
        assertEquals(new Sent(16, 16 * 4 * 2 * D), ofRing(step -> {
            Kept m = step.keep("momenta", Kept.Initial.ZERO);
            Value next = m.times(0.9).plus(step.gradients());
            step.parameters().becomes(step.mixed(step.parameters().minus(next)));
            m.becomes(step.mixed(next));
        }));
        assertEquals(new Sent(16, 16 * 4 * (D + 1)), ofRing(step -> {
            step.parameters().becomes(step.mixed(step.parameters()));
            step.sendsAlso(1);
        }));
        assertEquals(new Sent(16, 16 * 4 * (2 * D + 1)), ofRing(step -> {
            Kept y = step.keep("trackers", Kept.Initial.ZERO);
            step.parameters().becomes(step.mixed(step.parameters().minus(y)));
            y.becomes(step.mixed(y).plus(step.gradients()));
            step.sendsAlso(1);
        }));
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
                of(new GradientTracking(0), MixingOperators.rounds(RING, 3)).at(0));
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
        Compression sign = new Compression.ScaledSign(false);
        assertEquals(new Sent(16, 16 * (2 * 4 + 5)), ofRing(step -> {
            step.parameters().becomes(step.mixed(step.compressed(step.parameters(), sign))
                    .plus(step.mixed(step.compressed(step.gradients(), sign))));
        }));
        assertEquals(new Sent(32, 32 * (4 + 3 + 4)), ofRing(step -> {
            step.parameters().becomes(step.mixed(step.compressed(step.compressed(step.parameters(), sign), sign)));
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
