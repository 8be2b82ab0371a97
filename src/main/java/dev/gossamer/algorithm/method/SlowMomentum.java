package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.Wrapper;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import java.util.List;
import java.util.Optional;

/**
 * SlowMo around any algorithm (Wang et al., "SlowMo: improving communication-efficient distributed SGD with slow
 * momentum", 2020): after every tau steps of it, with the exact average of its models, {@code u <- slowMomentum u +
 * (anchor - mean X) / lr}, {@code anchor <- anchor - slowLearningRate lr u}, and all X become the anchor.
 *
 * @param inner the algorithm
 * @param outer the slow step
 */
public record SlowMomentum(Algorithm inner, Outer outer) implements Wrapper {

    /** What becomes of the matrices that the algorithm inside keeps besides the models, when models are averaged. */
    public enum Buffers { KEEP, RESET, AVERAGE }

    /** Steps between slow ones. */
    public static final Key<Integer> PERIOD = Key.integer("slowmo-period", "0", "[0, 1000000000]",
            "steps of the algorithm between two of SlowMo's slow ones around it; 0 for none");

    /** Momentum of slow steps. */
    public static final Key<Double> MOMENTUM =
            Key.number("slow-momentum", "0.5", "[0, 1)", "momentum of SlowMo's slow steps");

    /** Step size of slow steps. */
    public static final Key<Double> LEARNING_RATE = Key.number("slow-learning-rate", "1", "(0, 1e6]",
            "step size of SlowMo's slow steps, beside the learning rate");

    /** What becomes of other matrices. */
    public static final Key<Buffers> BUFFERS = Key.choice("slowmo-buffers", Buffers.KEEP,
            "what becomes of workers' momenta and the like at SlowMo's slow steps");

    /** All keys. */
    public static final List<Key<?>> KEYS = List.of(PERIOD, MOMENTUM, LEARNING_RATE, BUFFERS);

    /**
     * A slow step after every tau steps.
     *
     * @param period tau, at least 1
     * @param momentum slowMomentum, in [0, 1)
     * @param learningRate slowLearningRate, above 0
     * @param buffers what becomes of the algorithm's other matrices then
     */
    public record Outer(int period, double momentum, double learningRate, Buffers buffers) {

        /** That of a configuration, if it has one. */
        public static Optional<Outer> of(Values values) {
            int period = values.get(PERIOD);
            return period == 0 ? Optional.empty()
                    : Optional.of(new Outer(period, values.get(MOMENTUM), values.get(SlowMomentum.LEARNING_RATE),
                            values.get(BUFFERS)));
        }

        /** Writes all values down. */
        public void write(Written written) {
            written.put(PERIOD, period);
            written.put(MOMENTUM, momentum);
            written.put(SlowMomentum.LEARNING_RATE, learningRate);
            written.put(BUFFERS, buffers);
        }
    }

    @Override
    public int kinds() {
        return 2 * inner.kinds();
    }

    @Override
    public int kind(long step) {
        return 2 * inner.kind(step) + ((step + 1) % outer.period == 0 ? 1 : 0);
    }

    @Override
    public void step(Step step) {
        int kind = step.kind();
        step.enter(kind / 2);
        inner.step(step);
        List<Kept> inside = step.kept();
        Kept anchor = step.keep("anchor", Kept.Initial.PARAMETERS);
        Kept slow = step.keep("slow-momenta", Kept.Initial.ZERO);
        if (kind % 2 == 1) {
            Value mean = step.mixed(step.models().next(), Exchange.MEAN);
            slow.becomes(slow.times(outer.momentum).plus(
                    anchor.minus(mean).times(Coefficient.of(1).over(Coefficient.LEARNING_RATE))));
            anchor.becomes(anchor.minus(slow.next().times(
                    Coefficient.of(outer.learningRate).times(Coefficient.LEARNING_RATE))));
            inside.forEach(matrix -> end(step, matrix, anchor.next()));
        }
    }

    private void end(Step step, Kept matrix, Value anchor) {
        if (matrix == step.parameters() || matrix == step.models()) {
            matrix.becomesInstead(anchor);
        } else if (outer.buffers == Buffers.RESET) {
            matrix.becomesInstead(matrix.times(0));
        } else if (outer.buffers == Buffers.AVERAGE) {
            matrix.becomesInstead(step.mixed(matrix.isDecided() ? matrix.next() : matrix, Exchange.MEAN));
        }
    }

    @Override
    public boolean dividesByLearningRate() {
        return true;
    }
}
