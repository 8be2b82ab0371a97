package dev.gossamer.model;

import java.io.Serializable;
import java.util.random.RandomGenerator;

/**
 * Distribution that one parameter tensor is drawn from.
 *
 * @param kind family of the distribution
 * @param scale stddev of {@code NORMAL} (mean 0), bound of {@code UNIFORM} (on [-bound, bound)), value of
 *     {@code CONSTANT}
 */
record Initialization(Kind kind, double scale) implements Serializable {

    enum Kind { NORMAL, UNIFORM, CONSTANT }

    static final Initialization ZERO = new Initialization(Kind.CONSTANT, 0);
    static final Initialization ONE = new Initialization(Kind.CONSTANT, 1);

    /** N(0, 0.02^2), of position embeddings: Dosovitskiy et al., ICLR 2021. */
    static final Initialization POSITION = new Initialization(Kind.NORMAL, 0.02);

    /** N(0, 2 / (k k out)), the "fan out" variant of He et al., "Delving deep into rectifiers", 2015, eq. 14. */
    static Initialization heFanOut(int kernel, int out) {
        return new Initialization(Kind.NORMAL, Math.sqrt(2.0 / (kernel * kernel * out)));
    }

    /** U(-1/sqrt(fanIn), 1/sqrt(fanIn)), PyTorch's default for linear weights and biases. */
    static Initialization uniformFanIn(int fanIn) {
        return new Initialization(Kind.UNIFORM, 1 / Math.sqrt(fanIn));
    }

    /** U(-sqrt(6 / (in + out)), sqrt(6 / (in + out))), of Glorot and Bengio, 2010, eq. 16. */
    static Initialization glorotUniform(int fanIn, int fanOut) {
        return new Initialization(Kind.UNIFORM, Math.sqrt(6.0 / (fanIn + fanOut)));
    }

    /** Draws a value. */
    double draw(RandomGenerator random) {
        return switch (kind) {
            case NORMAL -> scale * random.nextGaussian();
            case UNIFORM -> scale * (2 * random.nextDouble() - 1);
            case CONSTANT -> scale;
        };
    }
}
