package dev.gossamer.engine;

import dev.gossamer.algorithm.Value;
import java.util.List;
import java.util.function.UnaryOperator;

/** Computes a value of one row of a block of columns. */
sealed interface Instruction {

    /**
     * A place for a block of columns.
     *
     * @param isSlot whether there is one for each row
     * @param index its number among those of its kind
     */
    record Place(boolean isSlot, int index) {}

    /** Places that it reads, but for all rows of a slot. */
    List<Place> reads();

    /** Where its result goes; null if it has none. */
    Place to();

    /** The same, elsewhere. */
    Instruction with(Place to, UnaryOperator<Place> reads);

    /** Whether it can be done to some of the columns, and then to the others. */
    default boolean isByColumn() {
        return true;
    }

    /** Whether its result may take the place of a value that it reads. */
    default boolean isInPlace() {
        return isByColumn();
    }

    /**
     * Mixes a slot into a register of its own, which stays as it is for the next row, whose weights may be the same.
     *
     * @param exchange its number among {@link BlockProgram#exchanges}
     */
    record Mix(int exchange, Place from, Place to) implements Instruction {

        @Override
        public List<Place> reads() {
            return List.of();
        }

        @Override
        public Mix with(Place to, UnaryOperator<Place> reads) {
            return new Mix(exchange, from, to);
        }
    }

    /**
     * Reads a matrix.
     *
     * @param matrix its number among {@link dev.gossamer.algorithm.Update#stored}
     */
    record Load(int matrix, Place to) implements Instruction {

        @Override
        public List<Place> reads() {
            return List.of();
        }

        @Override
        public Load with(Place to, UnaryOperator<Place> reads) {
            return new Load(matrix, to);
        }

        @Override
        public boolean isByColumn() {
            return false;
        }
    }

    /**
     * The sum of factors times values, from the left to the right.
     *
     * @param factors their numbers among {@link BlockProgram#factors}
     */
    record Combine(Place to, List<Place> values, List<Integer> factors) implements Instruction {

        @Override
        public List<Place> reads() {
            return values;
        }

        @Override
        public Combine with(Place to, UnaryOperator<Place> reads) {
            return new Combine(to, values.stream().map(reads).toList(), factors);
        }

        @Override
        public boolean isInPlace() {
            return values.size() <= Combination.TERMS;
        }
    }

    /** A sum of three terms and then one of two, the second of which is a multiple of the first sum, in one pass. */
    record Chain(Combine first, Combine second) implements Instruction {

        @Override
        public List<Place> reads() {
            return List.of(first.values().get(0), first.values().get(1), first.values().get(2),
                    second.values().get(0));
        }

        @Override
        public Place to() {
            return second.to();
        }

        @Override
        public Chain with(Place to, UnaryOperator<Place> reads) {
            throw new UnsupportedOperationException("instructions are chained last");
        }
    }

    /**
     * A value, and a number added to it.
     *
     * @param amount its number among {@link BlockProgram#factors}
     */
    record Shift(Place to, Place value, int amount) implements Instruction {

        @Override
        public List<Place> reads() {
            return List.of(value);
        }

        @Override
        public Shift with(Place to, UnaryOperator<Place> reads) {
            return new Shift(to, reads.apply(value), amount);
        }
    }

    /**
     * An operator on one or two values.
     *
     * @param second the second one; the first one again where there is only one
     */
    record Elementwise(Value.Operator operator, Place to, Place first, Place second) implements Instruction {

        @Override
        public List<Place> reads() {
            return List.of(first, second);
        }

        @Override
        public Elementwise with(Place to, UnaryOperator<Place> reads) {
            return new Elementwise(operator, to, reads.apply(first), reads.apply(second));
        }
    }

    /**
     * Measures a value.
     *
     * @param compression its number among {@link BlockProgram#compressions}
     */
    record Measure(int compression, Place value) implements Instruction {

        @Override
        public List<Place> reads() {
            return List.of(value);
        }

        @Override
        public Place to() {
            return null;
        }

        @Override
        public Measure with(Place to, UnaryOperator<Place> reads) {
            return new Measure(compression, reads.apply(value));
        }

        @Override
        public boolean isByColumn() {
            return false;
        }
    }

    /**
     * What a compression leaves of a value that has been measured.
     *
     * @param compression its number among {@link BlockProgram#compressions}
     */
    record Compress(int compression, Place to, Place value) implements Instruction {

        @Override
        public List<Place> reads() {
            return List.of(value);
        }

        @Override
        public Compress with(Place to, UnaryOperator<Place> reads) {
            return new Compress(compression, to, reads.apply(value));
        }

        @Override
        public boolean isByColumn() {
            return false;
        }
    }
}
