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
        return new Elementwise(Operator.PRODUCT, this, other);
    }

    /** The quotient with another one, value by value. */
    default Value over(Value divisor) {
        return new Elementwise(Operator.QUOTIENT, this, divisor);
    }

    /** The larger one of each value and another one's. */
    default Value max(Value other) {
        return new Elementwise(Operator.MAXIMUM, this, other);
    }

    /** The square root of each value. */
    default Value root() {
        return new Elementwise(Operator.ROOT, this);
    }

    /** The sign of each value: 1, 0 or -1. */
    default Value sign() {
        return new Elementwise(Operator.SIGN, this);
    }

    /** What does not lie in memory. */
    sealed interface Computed extends Value permits Sum, Shifted, Scaled, Elementwise, Compressed, Mixed {}

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

    /** What is done to values one by one; the last two to those of one matrix. */
    enum Operator { PRODUCT, QUOTIENT, MAXIMUM, ROOT, SIGN }

    /** An operator on the values of one matrix or two. */
    final class Elementwise implements Computed {

        private final Operator operator;
        private final List<Value> operands;

        Elementwise(Operator operator, Value... operands) {
            this.operator = operator;
            this.operands = List.of(operands);
        }

        /** What is done. */
        public Operator operator() {
            return operator;
        }

        /** What it is done to: the left or only one. */
        public Value first() {
            return operands.get(0);
        }

        /** The right one; the left one again where there is only one. */
        public Value second() {
            return operands.get(operands.size() - 1);
        }

        @Override
        public List<Value> operands() {
            return operands;
        }
    }

    /**
     * What is left of each row after a compression. It depends on all columns: it is known when the value is known of
     * all of them.
     */
    final class Compressed implements Computed {

        private final Value value;
        private final Compression compression;

        Compressed(Value value, Compression compression) {
            this.value = value;
            this.compression = compression;
        }

        /** What is compressed. */
        public Value value() {
            return value;
        }

        /** How. */
        public Compression compression() {
            return compression;
        }

        @Override
        public List<Value> operands() {
            return List.of(value);
        }
    }

    /** Row i is a weighted sum of the rows that worker i receives: the only place where rows meet. */
    final class Mixed implements Computed {

        private final Value value;
        private final Exchange exchange;

        Mixed(Value value, Exchange exchange) {
            this.value = value;
            this.exchange = exchange;
        }

        /** What the workers send. */
        public Value value() {
            return value;
        }

        /** Who receives what. */
        public Exchange exchange() {
            return exchange;
        }

        @Override
        public List<Value> operands() {
            return List.of(value);
        }
    }
}
