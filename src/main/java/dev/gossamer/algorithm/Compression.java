package dev.gossamer.algorithm;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What becomes of a vector that depends on all of its values: what a worker sends in its place, values that take fewer
 * bytes, or a shorter one to go on with. A vector is a whole row of d values, or each tensor of the network by itself.
 */
public sealed interface Compression {

    /** Whether each tensor is a vector of its own; otherwise the whole row is. */
    boolean isByTensor();

    /**
     * Bytes of a compressed vector.
     *
     * @param length number of values of the vector
     */
    double bytes(long length);

    /**
     * Compresses a vector, as the definition reads.
     *
     * @param values the vector; replaced by what is left of it
     * @param first column of its first value in the row
     * @param bits the row's random bits, where it takes some
     */
    void compress(double[] values, int first, RandomBits.Row bits);

    /** Random bits that it takes. */
    default RandomBits bits() {
        return (clock, worker) -> column -> 0;
    }

    /** Whether it has to know all values of a vector before it can compress the first one. */
    default boolean isOfValues() {
        return true;
    }

    /**
     * Whether what is left of values depends on the columns that they are in, beyond the rounding of sums: where bits
     * are drawn for columns, or the first of equal values is kept.
     */
    default boolean isOfPlaces() {
        return true;
    }

    /** Whether what is left is sent in place of the vector; otherwise it stays where it is. */
    default boolean isSent() {
        return true;
    }

    /** Whether it leaves everything as it is. */
    default boolean isWhole() {
        return false;
    }

    /** None: vectors are sent whole. */
    record None() implements Compression {

        @Override
        public boolean isByTensor() {
            return false;
        }

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public boolean isOfPlaces() {
            return false;
        }

        @Override
        public double bytes(long length) {
            return (double) Float.BYTES * length;
        }

        @Override
        public void compress(double[] values, int first, RandomBits.Row bits) {
            // all of it is left
        }
    }

    /**
     * Shortens rows that are longer than a limit to it, {@code min(1, limit / norm) x} with the Euclidean norm
     * (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013).
     *
     * @param limit above 0
     */
    record Clipping(double limit) implements Compression {

        @Override
        public boolean isByTensor() {
            return false;
        }

        @Override
        public boolean isOfPlaces() {
            return false;
        }

        @Override
        public boolean isSent() {
            return false;
        }

        @Override
        public double bytes(long length) {
            return (double) Float.BYTES * length;
        }

        /** What a row is multiplied by. */
        public double factor(double norm) {
            return norm > limit ? limit / norm : Double.isNaN(norm) ? norm : 1;
        }

        @Override
        public void compress(double[] values, int first, RandomBits.Row bits) {
            double factor = factor(Math.sqrt(Arrays.stream(values).map(x -> x * x).sum()));
            Arrays.setAll(values, k -> factor * values[k]);
        }
    }

    /** Keeps some of the values and makes the others 0. */
    sealed interface Selection extends Compression {

        /** The share of values that are kept, in (0, 1]. */
        double ratio();

        /** What those that are kept are multiplied by. */
        default double scale() {
            return 1;
        }

        /** How many of so many values are kept: the nearest number, at least 1. */
        default int kept(long length) {
            return (int) Math.max(1, Math.min(length, Math.round(ratio() * length)));
        }

        /** What a value is chosen by, in double precision: the largest are kept, of equal ones the first. */
        double rank(double value, int bits);

        /**
         * The same in single precision, as an int that counts as unsigned.
         *
         * @param bits the random bits of its column
         */
        int rank(float value, int bits);

        @Override
        default void compress(double[] values, int first, RandomBits.Row bits) {
            double[] ranks = IntStream.range(0, values.length)
                    .mapToDouble(k -> rank(values[k], bits.at(first + k))).toArray();
            int[] kept = IntStream.range(0, values.length).boxed()
                    .sorted(Comparator.comparingDouble((Integer k) -> ranks[k]).reversed())
                    .limit(kept(values.length)).mapToInt(Integer::intValue).toArray();
            double[] all = values.clone();
            Arrays.fill(values, 0);
            Arrays.stream(kept).forEach(k -> values[k] = scale() * all[k]);
        }
    }

    /** The values that are farthest from 0 (Stich, Cordonnier and Jaggi, "Sparsified SGD with memory", 2018). */
    record TopK(double ratio, boolean isByTensor) implements Selection {

        @Override
        public double bytes(long length) {
            return (double) (Float.BYTES + Integer.BYTES) * kept(length);
        }

        @Override
        public double rank(double value, int bits) {
            return Math.abs(value);
        }

        @Override
        public int rank(float value, int bits) {
            return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
        }
    }

    /**
     * Values at random; all workers know which, and only values are sent.
     *
     * @param ratio the share of values that are kept, in (0, 1]
     * @param scale what they are multiplied by: 1 for a contraction, d / k for an expectation that is the vector
     * @param isByTensor whether each tensor is a vector of its own
     * @param bits what is at random
     */
    record RandomK(double ratio, double scale, boolean isByTensor, RandomBits bits) implements Selection {

        @Override
        public double bytes(long length) {
            return (double) Float.BYTES * kept(length);
        }

        @Override
        public boolean isOfValues() {
            return false;
        }

        @Override
        public double rank(double value, int bits) {
            return Integer.toUnsignedLong(bits);
        }

        @Override
        public int rank(float value, int bits) {
            return bits;
        }
    }

    /**
     * The signs, times the mean magnitude of the values (Bernstein et al., "signSGD", 2018; Karimireddy et al., "Error
     * feedback fixes SignSGD", 2019). The sign of 0 is 0.
     */
    record ScaledSign(boolean isByTensor) implements Compression {

        @Override
        public boolean isOfPlaces() {
            return false;
        }

        @Override
        public double bytes(long length) {
            return Float.BYTES + length / 8.0;
        }

        @Override
        public void compress(double[] values, int first, RandomBits.Row bits) {
            double scale = Arrays.stream(values).map(Math::abs).sum() / values.length;
            Arrays.setAll(values, k -> scale * Math.signum(values[k]));
        }
    }

    /**
     * Levels of the norm, rounded at random (Alistarh et al., "QSGD", 2017):
     * {@code norm sign(x) floor(levels |x| / norm + xi) / levels} with xi uniform in [0, 1). Divided by
     * {@code 1 + min(d / levels^2, sqrt(d) / levels)} it is a contraction (Koloskova, Stich and Jaggi, "Decentralized
     * stochastic optimization and gossip algorithms with compressed communication", 2019).
     *
     * @param levels number of levels s above 0, at least 1
     * @param isContraction whether it is divided so; otherwise its expectation is the vector
     */
    record Qsgd(int levels, boolean isContraction, boolean isByTensor, RandomBits bits) implements Compression {

        @Override
        public double bytes(long length) {
            int bitsOfLevel = Integer.SIZE - Integer.numberOfLeadingZeros(levels);
            return Float.BYTES + length * (1.0 + bitsOfLevel) / 8;
        }

        /** What a vector's norm is multiplied by to get the step between two levels. */
        public double step(long length) {
            double variance = Math.min((double) length / levels / levels, Math.sqrt(length) / levels);
            return 1 / (isContraction ? 1 + variance : 1) / levels;
        }

        @Override
        public void compress(double[] values, int first, RandomBits.Row bits) {
            double norm = Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
            double step = norm * step(values.length);
            for (int k = 0; k < values.length && norm != 0; k++) {
                double xi = (bits.at(first + k) >>> 8) * 0x1p-24;
                values[k] = step * Math.signum(values[k]) * Math.floor(levels * Math.abs(values[k]) / norm + xi);
            }
        }
    }
}
