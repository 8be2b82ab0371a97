package dev.gossamer.model;

import java.io.Serializable;
import java.util.random.RandomGenerator;

/**
 * Distribution that one parameter tensor is drawn from.
 *
 * @param kind family of the distribution
 * @param mean its mean
 * @param scale stddev of {@code NORMAL}, and of {@code TRUNCATED} before values further than two of them from the mean
 *     are drawn anew; bound of {@code UNIFORM} (on [mean - bound, mean + bound)); 0 of {@code CONSTANT}
 */
public record Initialization(Kind kind, double mean, double scale) implements Serializable {

    /** Families of distributions. */
    public enum Kind { NORMAL, TRUNCATED, UNIFORM, CONSTANT }

    static final Initialization ZERO = constant(0);
    static final Initialization ONE = constant(1);

    /** N(0, 0.02^2), of position embeddings: Dosovitskiy et al., ICLR 2021. */
    static final Initialization POSITION = normal(0.02);

    private static final double TRUNCATED_AT = 2;

    /** One value. */
    public static Initialization constant(double value) {
        return new Initialization(Kind.CONSTANT, value, 0);
    }

    /** N(0, deviation^2). */
    public static Initialization normal(double deviation) {
        return new Initialization(Kind.NORMAL, 0, deviation);
    }

    /** U(-bound, bound). */
    public static Initialization uniform(double bound) {
        return new Initialization(Kind.UNIFORM, 0, bound);
    }

    /** N(0, 2 / (k k out)), the "fan out" variant of He et al., "Delving deep into rectifiers", 2015, eq. 14. */
    static Initialization heFanOut(int kernel, int out) {
        return normal(Math.sqrt(2.0 / (kernel * kernel * out)));
    }

    /** U(-1/sqrt(fanIn), 1/sqrt(fanIn)), PyTorch's default for linear weights and biases. */
    static Initialization uniformFanIn(int fanIn) {
        return uniform(1 / Math.sqrt(fanIn));
    }

    /** U(-sqrt(6 / (in + out)), sqrt(6 / (in + out))), of Glorot and Bengio, 2010, eq. 16. */
    static Initialization glorotUniform(int fanIn, int fanOut) {
        return uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
    }

    /** Draws a value. */
    public double draw(RandomGenerator random) {
        return switch (kind) {
            case NORMAL -> mean + scale * random.nextGaussian();
            case TRUNCATED -> mean + scale * truncated(random);
            case UNIFORM -> mean + scale * (2 * random.nextDouble() - 1);
            case CONSTANT -> mean;
        };
    }

    private static double truncated(RandomGenerator random) {
        double value = random.nextGaussian();
        while (Math.abs(value) > TRUNCATED_AT) {
            value = random.nextGaussian();
        }
        return value;
    }
}
