package dev.gossamer.algorithm;

/** A number that matrices are multiplied by, known before each step. */
@FunctionalInterface
public interface Coefficient {

    /** The step size. */
    Coefficient LEARNING_RATE = Clock::learningRate;

    /** Its value in a step. */
    double at(Clock clock);

    /** Its value in a step, as single precision has it. */
    default float rounded(Clock clock) {
        return (float) at(clock);
    }

    /** The same number in each step. */
    static Coefficient of(double value) {
        return clock -> value;
    }

    /** The product with another one. */
    default Coefficient times(Coefficient other) {
        return clock -> at(clock) * other.at(clock);
    }

    /** What is missing to 1; in single precision, too, both add up to 1. */
    default Coefficient complement() {
        Coefficient whole = this;
        return new Coefficient() {

            @Override
            public double at(Clock clock) {
                return 1 - whole.at(clock);
            }

            @Override
            public float rounded(Clock clock) {
                return 1 - whole.rounded(clock);
            }
        };
    }
}
