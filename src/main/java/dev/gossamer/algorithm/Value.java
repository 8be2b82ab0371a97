package dev.gossamer.algorithm;

import java.util.List;

/**
 * A matrix [n, d] that a step reads or computes, a worker's values in a row. Two values are the same only if they are
 * the same object: what is used twice is computed once.
 */
public sealed interface Value permits Stored, Value.Computed {

    /** What it is computed of; nothing for what lies in memory. */
    List<Value> operands();

    /** The sum with another one. */
    default Value plus(Value other) {
        return new Sum(this, other);
    }

    /** The difference to another one. */
    default Value minus(Value other) {
        return plus(other.times(-1));
    }

    /** The sum with a number. */
    default Value plus(double number) {
        return new Shifted(this, Coefficient.of(number));
    }

    /** The multiple by a number. */
    default Value times(double factor) {
        return times(Coefficient.of(factor));
    }

    /** The multiple by a number, or by each worker's number, that is known before each step. */
    default Value times(Coefficient factor) {
        return new Scaled(this, factor);
    }

    /** The product with another one, value by value. */
    default Value times(Value other) {
        return new Product(this, other);
    }

    /** The quotient with another one, value by value. */
    default Value over(Value divisor) {
        return new Quotient(this, divisor);
    }

    /** The square root of each value. */
    default Value root() {
        return new Root(this);
    }

    /** What does not lie in memory. */
    sealed interface Computed extends Value permits Sum, Shifted, Scaled, Product, Quotient, Root, Mixed {}

    /** first + second. */
    final class Sum implements Computed {

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

        @Override
        public List<Value> operands() {
            return List.of(first, second);
        }
    }

    /** value + amount. */
    final class Shifted implements Computed {

        private final Value value;
        private final Coefficient amount;

        Shifted(Value value, Coefficient amount) {
            this.value = value;
            this.amount = amount;
        }

        /** What is added to. */
        public Value value() {
            return value;
        }

        /** What is added to each of its values. */
        public Coefficient amount() {
            return amount;
        }

        @Override
        public List<Value> operands() {
            return List.of(value);
        }
    }

    /** factor value. */
    final class Scaled implements Computed {

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

        @Override
        public List<Value> operands() {
            return List.of(value);
        }
    }

    /** first second, value by value. */
    final class Product implements Computed {

        private final Value first;
        private final Value second;

        Product(Value first, Value second) {
            this.first = first;
            this.second = second;
        }

        /** What is multiplied. */
        public Value first() {
            return first;
        }

        /** By what. */
        public Value second() {
            return second;
        }

        @Override
        public List<Value> operands() {
            return List.of(first, second);
        }
    }

    /** value / divisor, value by value. */
    final class Quotient implements Computed {

        private final Value value;
        private final Value divisor;

        Quotient(Value value, Value divisor) {
            this.value = value;
            this.divisor = divisor;
        }

        /** What is divided. */
        public Value value() {
            return value;
        }

        /** By what. */
        public Value divisor() {
            return divisor;
        }

        @Override
        public List<Value> operands() {
            return List.of(value, divisor);
        }
    }

    /** The square roots of a matrix' values. */
    final class Root implements Computed {

        private final Value value;

        Root(Value value) {
            this.value = value;
        }

        /** What the roots are of. */
        public Value value() {
            return value;
        }

        @Override
        public List<Value> operands() {
            return List.of(value);
        }
    }

    /** W_t value: row i is the weighted mean of the rows that worker i receives. The only place where rows meet. */
    final class Mixed implements Computed {

        private final Value value;

        Mixed(Value value) {
            this.value = value;
        }

        /** What the workers send. */
        public Value value() {
            return value;
        }

        @Override
        public List<Value> operands() {
            return List.of(value);
        }
    }
}
