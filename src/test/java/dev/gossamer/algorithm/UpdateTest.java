package dev.gossamer.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Pass.Stage;
import dev.gossamer.algorithm.method.Adam;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.GradientTracking;
import dev.gossamer.algorithm.method.MixingOrder;
import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.algorithm.method.TrackingOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpdateTest {

    private static List<String> names(List<? extends Stored> matrices) {
        return matrices.stream().map(Stored::name).toList();
    }

    private static List<Stage> stages(Update rule) {
        return rule.at(0).passes().get(0).stages();
    }

    @Test
    void descentHasTwoStagesAndMovesFiveMatrices() {
        Update rule = Rules.descent(0.9, 1e-4, 0);
        assertEquals(List.of("parameters", "momenta"), names(rule.kept()));
        assertEquals(List.of("parameters", "momenta", "gradients"), names(rule.stored()));
        assertSame(rule.parameters(), rule.evaluated());
        assertEquals(5, rule.traffic());
        assertEquals(1, rule.at(0).mixed().size());
        assertEquals(2, stages(rule).size());
        Stage local = stages(rule).get(0);
        assertEquals(List.of("momenta"), names(local.written()));
        assertEquals(1, local.saved().size());
        assertEquals(List.of(), local.mixed());
        Stage gossip = stages(rule).get(1);
        assertSame(local.saved().get(0), gossip.mixed().get(0).value());
        assertEquals(List.of("parameters"), names(gossip.written()));
    }

    @Test
    void theAverageIsOneMoreMatrixAndIsEvaluated() {
        Update rule = Rules.descent(0.9, 1e-4, 0.95);
        assertEquals(List.of("parameters", "momenta", "average"), names(rule.kept()));
        assertEquals("average", rule.evaluated().name());
        assertSame(rule.evaluated(), rule.average().orElseThrow());
        assertSame(rule.parameters(), rule.models());
        assertEquals(7, rule.traffic());
        assertEquals(2, stages(rule).size());
        assertEquals(List.of("parameters", "average"), names(stages(rule).get(1).written()));
        assertEquals(List.of(Kept.Initial.PARAMETERS, Kept.Initial.ZERO, Kept.Initial.PARAMETERS),
                rule.kept().stream().map(Kept::initial).toList());
    }

    /** What only a later stage needs is computed then; what is read later is not written before. */
    @Test
    void aMatrixThatIsReadLaterIsWrittenThen() {
        Update rule = Update.of(step -> {
            Kept x = step.parameters();
            Kept before = step.keep("before", Kept.Initial.PARAMETERS);
            Value local = x.minus(step.gradients().times(Coefficient.LEARNING_RATE));
            before.becomes(local);
            x.becomes(step.mixed(x).plus(local).minus(before));
        });
        assertEquals(List.of(), stages(rule).get(0).written());
        assertEquals(List.of(rule.parameters()), stages(rule).get(0).saved());
        assertEquals(List.of("parameters", "before"), names(stages(rule).get(1).written()));
        assertEquals(5, rule.traffic());
    }

    /** What earlier stages compute anyway is saved for later ones. */
    @Test
    void whatIsNeededAgainIsSaved() {
        Update rule = Update.of(step -> {
            Kept x = step.parameters();
            Value local = x.minus(step.gradients());
            x.becomes(step.mixed(local.times(0.5)).plus(local));
        });
        assertEquals(2, stages(rule).get(0).saved().size());
        assertEquals(3, rule.traffic());
    }

    /** Whoever mixes what is there already needs no gradients for it. */
    @Test
    void ordersOfMixingDifferInWhatIsSentAndKept() {
        Update combining = Update.of(
                new StochasticGradientDescent(0.9, 1e-4, true, MixingOrder.ADAPT_WHILE_COMBINING));
        assertEquals(List.of(combining.parameters()), stages(combining).get(0).saved());
        assertEquals(List.of("parameters", "momenta"), names(stages(combining).get(1).written()));
        assertEquals(5, combining.traffic());
        Update first = Update.of(new StochasticGradientDescent(0.9, 1e-4, false, MixingOrder.COMBINE_THEN_ADAPT));
        assertEquals("local", first.evaluated().name());
        Update averaged = Update.of(new MovingAverage(first.algorithm(), 0.9));
        assertEquals("local", averaged.models().name());
        assertEquals("average", averaged.evaluated().name());
        assertTrue(first.average().isEmpty());
        assertEquals(6, first.traffic());
        assertEquals(8, first.exchange(7));
        assertEquals(7, combining.exchange(7));
        GradientTracking tracking =
                new GradientTracking(new Direction(0, 0, false), TrackingOrder.ADAPT_THEN_COMBINE);
        assertEquals(2, Update.of(tracking).at(0).mixed().size());
        assertEquals(7, Update.of(new Adam(0.9, 0.99, 1e-8, 0, false)).traffic());
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalStateException.class, () -> Update.of(step -> { }));
        assertThrows(IllegalStateException.class, () -> Update.of(step -> {
            step.parameters().becomes(step.gradients());
            step.parameters().becomes(step.parameters());
        }));
        assertThrows(IllegalArgumentException.class, () -> Update.of(step -> step.keep("parameters", null)));
        assertThrows(IllegalArgumentException.class, () -> Rules.descent(0.9, 0, 0).kept("average"));
        assertThrows(IllegalArgumentException.class, () -> new StochasticGradientDescent(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new StochasticGradientDescent(0, -1));
        assertThrows(IllegalArgumentException.class, () -> new MovingAverage(step -> { }, 1));
        assertThrows(IllegalArgumentException.class, () -> new Clock(0, Double.NaN));
    }
}
