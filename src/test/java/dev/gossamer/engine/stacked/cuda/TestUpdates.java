package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.method.Adam;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.ExactDiffusion;
import dev.gossamer.algorithm.method.GradientTracking;
import dev.gossamer.algorithm.method.MixingOrder;
import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.algorithm.method.TrackingOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Updates whose kernels are compiled for tests, by name. */
final class TestUpdates {

    /** A coefficient of each of five workers. */
    private static final Coefficient EACH = Coefficient.ofWorkers(
            clock -> new double[] {1, 1.5, 2 + clock.step(), 0.25, 3});

    private static final Map<String, Algorithm> ALL = all();

    private TestUpdates() {}

    private static Map<String, Algorithm> all() {
        Map<String, Algorithm> all = new LinkedHashMap<>();
        all.put("descent", new StochasticGradientDescent(0.9, 1e-3));
        all.put("average", new MovingAverage(new StochasticGradientDescent(0.9, 1e-3), 0.95));
        for (boolean nesterov : new boolean[] {false, true}) {
            for (MixingOrder order : MixingOrder.values()) {
                all.put(order + (nesterov ? "-nesterov" : ""),
                        new StochasticGradientDescent(0.9, 1e-3, nesterov, order));
            }
        }
        all.put("average-of-local", new MovingAverage(
                new StochasticGradientDescent(0.9, 1e-3, false, MixingOrder.COMBINE_THEN_ADAPT), 0.95));
        all.put("gradient-tracking", new GradientTracking(new Direction(0, 1e-3, false), TrackingOrder.ADAPT_THEN_COMBINE));
        all.put("exact-diffusion", new ExactDiffusion(
                new Direction(0, 1e-3, false), ExactDiffusion.Units.PARAMETERS));
        all.put("adam", new Adam(0.9, 0.99, 1e-3, 1e-3, false));
        all.put("average-of-adam", new MovingAverage(new Adam(0.9, 0.99, 1e-3, 1e-3, false), 0.9));
        all.put("two-mixings", step -> step.parameters().becomes(
                step.mixed(step.mixed(step.parameters()).plus(step.gradients())).plus(step.gradients())));
        all.put("each-workers", step -> {
            Value mixed = step.mixed(step.parameters().times(EACH).minus(step.gradients()));
            step.parameters().becomes(mixed.times(Coefficient.of(1).over(EACH)));
        });
        all.put("sums-of-sums", step -> {
            Value pair = step.parameters().plus(step.gradients());
            Value other = step.parameters().times(3).minus(step.gradients().times(0.5));
            step.parameters().becomes(pair.plus(other).plus(step.mixed(pair)).plus(other.times(2)));
        });
        all.put("quasi-global", step -> {
            Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
            Value next = step.mixed(step.parameters().minus(
                    momenta.times(0.9).plus(step.gradients()).times(Coefficient.LEARNING_RATE)));
            step.parameters().becomes(next);
            momenta.becomes(momenta.times(0.9).plus(step.parameters().minus(next).times(2)));
        });
        all.put("swap", step -> {
            Kept other = step.keep("other", Kept.Initial.PARAMETERS);
            other.becomes(step.parameters());
            step.parameters().becomes(step.mixed(other));
        });
        all.put("alone", step -> step.parameters().becomes(step.gradients().times(0.5)));
        return all;
    }

    /** Their names. */
    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** The one of a name. */
    static Update of(String name) {
        return Update.of(ALL.get(name));
    }

    /** Their kernels, each once. */
    static List<UpdateKernel> kernels() {
        return ALL.values().stream().map(algorithm -> UpdateKernel.of(Update.of(algorithm))).distinct().toList();
    }

    /** Writes a kernel. */
    public static void main(String[] arguments) {
        System.out.print(UpdateKernel.of(of(arguments[0])).text());
    }
}
