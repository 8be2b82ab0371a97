package dev.gossamer.engine;

import java.nio.FloatBuffer;
import java.util.List;

/** Reads a matrix [n, d] by blocks of columns, wherever its values come from. */
public interface BlockReader {

    /**
     * Copies neighbouring values of a row, or computes them.
     *
     * @param thread number of the calling thread, in [0, threads): at no time do two call with the same one
     * @param row in [0, n)
     * @param from the first of the columns
     * @param values receives them, from its first place on
     * @param length number of columns
     */
    void read(int thread, int row, int from, float[] values, int length);

    /** Is told that a row in memory has been replaced, and is read from there. */
    default void replaced(int row) {}

    /** One whose values are all in memory. */
    static BlockReader of(List<FloatBuffer> rows) {
        FloatBuffer[] all = rows.toArray(FloatBuffer[]::new);
        return (thread, row, from, values, length) -> all[row].get(from, values, 0, length);
    }
}
