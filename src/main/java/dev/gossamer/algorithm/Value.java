package dev.gossamer.algorithm;

/**
 * A matrix [n, d] that a step reads or computes, a worker's values in a row. Two values are the same only if they are the
 * same object: what is used twice is computed once.
 */
public sealed interface Value permits Stored, Value.Sum, Value.Scaled, Value.Mixed {

    /** The sum with another one. */
    default Value plus(Value other) {
        return new Sum(this, other);
    }

    /** The difference to another one. */
    default Value minus(Value other) {
        return plus(other.times(-1));
    }

    /** The multiple by a number. */
    default Value times(double factor) {
        return times(Coefficient.of(factor));
    }

    /** The multiple by a number that is known before each step. */
    default Value times(Coefficient factor) {
        return new Scaled(this, factor);
    }

    /** first + second. */
    final class Sum implements Value {

        private final Value first;
        private final Value second;

        Sum(Value first, Value second) {
            this.first = first;
            this.second = second;
        }

        /** What comes first. */
        public Value first() {
            return first;
        }

        /** What is added to it. */
        public Value second() {
            return second;
        }
    }

    /** factor value. */
    final class Scaled implements Value {

        private final Value value;
        private final Coefficient factor;

        Scaled(Value value, Coefficient factor) {
            this.value = value;
            this.factor = factor;
        }

        /** What is multiplied. */
        public Value value() {
            return value;
        }

        /** By what. */
        public Coefficient factor() {
            return factor;
        }

        @Override
        public Value times(Coefficient other) {
            return new Scaled(value, factor.times(other));
        }
    }

    /** W_t value: row i is the weighted mean of the rows that worker i receives. The only place where rows meet. */
    final class Mixed implements Value {

        private final Value value;

        Mixed(Value value) {
            this.value = value;
        }

        /** What the workers send. */
        public Value value() {
            return value;
        }
    }
}
