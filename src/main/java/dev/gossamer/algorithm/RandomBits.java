package dev.gossamer.algorithm;

/**
 * Random bits for each value of a matrix, at random only in the step: a function of seed, step, worker and column, the
 * same on every device.
 */
@FunctionalInterface
public interface RandomBits {

    /** Those of a worker's row in a step. */
    Row row(Clock clock, int worker);

    /** Bits of a row. */
    @FunctionalInterface
    interface Row {

        /** 32 bits of a column in [0, d). */
        int at(int column);

        /** Those of as many columns, from the first one on. */
        default void fill(int first, int[] bits, int length) {
            for (int k = 0; k < length; k++) {
                bits[k] = at(first + k);
            }
        }
    }

    /**
     * Bits that a hash function makes of the counters; in a row, no two columns have the same.
     *
     * @param stream tells those of one compression of a step from those of another one
     */
    static RandomBits counted(int stream) {
        return new Counted(stream);
    }

    /**
     * See {@link #counted}: twice the last step of MurmurHash3 with a number of the row before each.
     *
     * @param stream tells those of one compression of a step from those of another one
     */
    record Counted(int stream) implements RandomBits {

        @Override
        public Row row(Clock clock, int worker) {
            long key = key(clock, worker);
            return new CountedRow((int) (key >>> 32), (int) key);
        }

        /** What tells a row from others: the two numbers. */
        public long key(Clock clock, int worker) {
            return mixed64(mixed64(mixed64(mixed64(clock.seed()) + stream) + clock.step()) + worker);
        }

        /** A bijection of 32 bits. */
        static int mixed(int bits) {
            bits = (bits ^ bits >>> 16) * 0x85EBCA6B;
            bits = (bits ^ bits >>> 13) * 0xC2B2AE35;
            return bits ^ bits >>> 16;
        }

        /** A bijection of 64 bits, from MurmurHash3 too. */
        private static long mixed64(long bits) {
            bits += 0x9E3779B97F4A7C15L;
            bits = (bits ^ bits >>> 33) * 0xFF51AFD7ED558CCDL;
            bits = (bits ^ bits >>> 33) * 0xC4CEB9FE1A85EC53L;
            return bits ^ bits >>> 33;
        }
    }

    /**
     * A row of those.
     *
     * @param one added to the column
     * @param other what comes out differs by it before the second time
     */
    record CountedRow(int one, int other) implements Row {

        @Override
        public int at(int column) {
            return Counted.mixed(Counted.mixed(column + one) ^ other);
        }

        /** In two loops, the second of which is vectorised. */
        @Override
        public void fill(int first, int[] bits, int length) {
            for (int k = 0; k < length; k++) {
                bits[k] = first + k;
            }
            for (int k = 0; k < length; k++) {
                bits[k] = Counted.mixed(Counted.mixed(bits[k] + one) ^ other);
            }
        }
    }
}
