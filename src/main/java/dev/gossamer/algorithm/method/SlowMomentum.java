package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.Wrapper;
import java.util.List;

/**
 * SlowMo around any algorithm (Wang et al., "SlowMo: improving communication-efficient distributed SGD with slow
 * momentum", 2020): after every tau steps of it, with the exact average of its models, {@code u <- slowMomentum u +
 * (anchor - mean X) / lr}, {@code anchor <- anchor - slowLearningRate lr u}, and all X become the anchor.
 *
 * @param inner the algorithm
 * @param period tau, at least 1
 * @param momentum slowMomentum, in [0, 1)
 * @param learningRate slowLearningRate, above 0
 * @param buffers what becomes of the algorithm's other matrices then
 */
public record SlowMomentum(Algorithm inner, int period, double momentum, double learningRate, Buffers buffers)
        implements Wrapper {

    /** What becomes of the matrices that the algorithm inside keeps besides the models, when models are averaged. */
    public enum Buffers { KEEP, RESET, AVERAGE }

    @Override
    public int kinds() {
        return 2 * inner.kinds();
    }

    @Override
    public int kind(long step) {
        return 2 * inner.kind(step) + ((step + 1) % period == 0 ? 1 : 0);
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
            slow.becomes(slow.times(momentum).plus(
                    anchor.minus(mean).times(Coefficient.of(1).over(Coefficient.LEARNING_RATE))));
            anchor.becomes(anchor.minus(slow.next().times(
                    Coefficient.of(learningRate).times(Coefficient.LEARNING_RATE))));
            inside.forEach(matrix -> end(step, matrix, anchor.next()));
        }
    }

    private void end(Step step, Kept matrix, Value anchor) {
        if (matrix == step.parameters() || matrix == step.models()) {
            matrix.becomesInstead(anchor);
        } else if (buffers == Buffers.RESET) {
            matrix.becomesInstead(matrix.times(0));
        } else if (buffers == Buffers.AVERAGE) {
            matrix.becomesInstead(step.mixed(matrix.next(), Exchange.MEAN));
        }
    }

    @Override
    public boolean dividesByLearningRate() {
        return true;
    }
}
