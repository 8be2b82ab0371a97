package dev.gossamer.algorithm;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongFunction;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;

/** Training on plain arrays in double precision, see {@link NaiveUpdate}. */
public final class NaiveTraining {

    private final Update rule;
    private final Scheme scheme;
    private final Quadratics losses;
    private final LongToDoubleFunction learningRate;
    private final NaiveUpdate matrices;
    private long step;

    /** @param network the network's scheme, of which the algorithm makes its own */
    public NaiveTraining(Algorithm algorithm, Scheme network, Quadratics losses, LongToDoubleFunction learningRate) {
        this(Update.of(algorithm), algorithm.scheme(network), losses, learningRate);
    }

    /** @param scheme the scheme to mix by */
    public NaiveTraining(Update rule, Scheme scheme, Quadratics losses, LongToDoubleFunction learningRate) {
        this.rule = rule;
        this.scheme = scheme;
        this.losses = losses;
        this.learningRate = learningRate;
        Map<Stored, double[][]> start = new HashMap<>();
        for (Kept matrix : rule.kept()) {
            double[][] parameters = losses.start();
            start.put(matrix, matrix.initial() == Kept.Initial.PARAMETERS
                    ? parameters : new double[parameters.length][parameters[0].length]);
        }
        matrices = new NaiveUpdate(rule, start);
    }

    /** A scheme of a function of the step. */
    public static Scheme scheme(String name, OptionalInt period, LongFunction<MixingMatrix> at) {
        return new Scheme() {

            @Override
            public String name() {
                return name;
            }

            @Override
            public int workers() {
                return at(0).workers();
            }

            @Override
            public OptionalInt period() {
                return period;
            }

            @Override
            public MixingMatrix at(long step) {
                return at.apply(period.isPresent() ? step % period.getAsInt() : step);
            }
        };
    }

    /** A scheme of the matrices of a period. */
    public static Scheme scheme(String name, List<MixingMatrix> phases) {
        return scheme(name, OptionalInt.of(phases.size()), t -> phases.get((int) t));
    }

    /** One step; returns the gradients [n, d] that were taken in it. */
    public double[][] step() {
        double[][] gradients = losses.gradients(step, parameters());
        matrices.put(rule.gradients(), gradients);
        matrices.step(new Clock(step, learningRate.applyAsDouble(step), scheme, 1),
                scheme.at(rule.exchange(step)).toDense());
        step++;
        return gradients;
    }

    /** Some steps. */
    public NaiveTraining run(int steps) {
        IntStream.range(0, steps).forEach(t -> step());
        return this;
    }

    /** Number of steps that were made. */
    public long steps() {
        return step;
    }

    /** The step size of the next step. */
    public double learningRate() {
        return learningRate.applyAsDouble(step);
    }

    /** X [n, d]. */
    public double[][] parameters() {
        return matrices.get(rule.parameters());
    }

    /** The models [n, d]. */
    public double[][] models() {
        return matrices.get(rule.models());
    }

    /** What is kept under a name [n, d]. */
    public double[][] get(String name) {
        return matrices.get(rule.kept(name));
    }

    /** Replaces what is kept under a name. */
    public void put(String name, double[][] values) {
        matrices.put(rule.kept(name), values);
    }
}
