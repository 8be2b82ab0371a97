package dev.gossamer.algorithm;

import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A number that matrices are multiplied by, or one for each worker, known before each step and computed in double
 * precision.
 */
public final class Coefficient {

    /** The step size. */
    public static final Coefficient LEARNING_RATE = of(Clock::learningRate);

    private final boolean isForEachWorker;
    private final Function<Clock, double[]> values;
    private final Function<Clock, float[]> rounded;

    private Coefficient(boolean isForEachWorker, Function<Clock, double[]> values, Function<Clock, float[]> rounded) {
        this.isForEachWorker = isForEachWorker;
        this.values = values;
        this.rounded = rounded;
    }

    private Coefficient(boolean isForEachWorker, Function<Clock, double[]> values) {
        this(isForEachWorker, values, clock -> rounded(values.apply(clock)));
    }

    private static float[] rounded(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    /** The same number in each step. */
    public static Coefficient of(double value) {
        double[] same = {value};
        float[] rounded = rounded(same);
        return new Coefficient(false, clock -> same, clock -> rounded);
    }

    /** A number that changes from step to step. */
    public static Coefficient of(ToDoubleFunction<Clock> value) {
        return new Coefficient(false, clock -> new double[] {value.applyAsDouble(clock)});
    }

    /** A number for each worker: [n] in each step. */
    public static Coefficient ofWorkers(Function<Clock, double[]> values) {
        return new Coefficient(true, values);
    }

    /** Whether it is one number for each worker. */
    public boolean isForEachWorker() {
        return isForEachWorker;
    }

    /** Its value in a step [1], or values [n]; not to be changed. */
    public double[] at(Clock clock) {
        return values.apply(clock);
    }

    /** The same in single precision. */
    public float[] rounded(Clock clock) {
        return rounded.apply(clock);
    }

    /** The product with another one. */
    public Coefficient times(Coefficient other) {
        return with(other, (a, b) -> a * b);
    }

    /** The quotient with another one. */
    public Coefficient over(Coefficient other) {
        return with(other, (a, b) -> a / b);
    }

    private Coefficient with(Coefficient other, DoubleBinaryOperator operator) {
        return new Coefficient(isForEachWorker || other.isForEachWorker, clock -> {
            double[] a = at(clock);
            double[] b = other.at(clock);
            return IntStream.range(0, Math.max(a.length, b.length))
                    .mapToDouble(i -> operator.applyAsDouble(a[a.length == 1 ? 0 : i], b[b.length == 1 ? 0 : i]))
                    .toArray();
        });
    }

    /** What is missing to 1; in single precision, too, both add up to 1. */
    public Coefficient complement() {
        return new Coefficient(isForEachWorker, clock -> {
            double[] complement = at(clock).clone();
            for (int i = 0; i < complement.length; i++) {
                complement[i] = 1 - complement[i];
            }
            return complement;
        }, clock -> {
            float[] complement = rounded(clock).clone();
            for (int i = 0; i < complement.length; i++) {
                complement[i] = 1 - complement[i];
            }
            return complement;
        });
    }
}
