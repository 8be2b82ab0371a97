package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.topology.Scheme;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The weights of push-sum [n]: what workers have given away and received of 1 each, {@code w <- A_t w} from 1 (Kempe,
 * Dobra and Gehrke, "Gossip-based computation of aggregate information", 2003). Their sum stays n where columns of A_t
 * sum to 1. They depend on the scheme alone, so nothing of them is kept with a run.
 */
final class PushSumWeights {

    /** Steps between weights that are remembered, for whoever goes back. */
    private static final long MARK = 256;

    private final Map<Long, double[]> marks = new HashMap<>();
    private Scheme scheme;
    private long step;
    private double[] weights;
    private double[] before;

    /** The weights before a step. */
    Coefficient before() {
        return Coefficient.ofWorkers(clock -> at(clock.scheme(), clock.step()));
    }

    /** The models {@code A_t numerators / (A_t w)}; the weights travel with the numerators. */
    Value pushed(Step step, Value numerators) {
        step.sendsAlso(1);
        return step.mixed(numerators).times(Coefficient.of(1).over(after()));
    }

    /** The weights after a step. */
    Coefficient after() {
        return Coefficient.ofWorkers(clock -> at(clock.scheme(), clock.step() + 1));
    }

    private synchronized double[] at(Scheme asked, long wanted) {
        if (asked != scheme) {
            scheme = asked;
            marks.clear();
            start(0, IntStream.range(0, scheme.workers()).mapToDouble(i -> 1).toArray());
        } else if (wanted == step - 1 && before != null) {
            return before; // within a step, those before it are asked for after those after it, too
        } else if (wanted < step) {
            long mark = wanted / MARK * MARK;
            start(mark, marks.get(mark));
        }
        while (step < wanted) {
            double[] old = weights;
            start(step + 1, scheme.at(step).times(weights));
            before = old;
        }
        return weights;
    }

    private void start(long from, double[] values) {
        step = from;
        weights = values;
        before = null;
        if (step % MARK == 0) {
            marks.putIfAbsent(step, values);
        }
    }
}
