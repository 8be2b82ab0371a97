package dev.gossamer.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns of a matrix [n, d] that belong together: those of one tensor of the network's parameters.
 *
 * @param from the first one, in [0, d)
 * @param to the one after the last
 */
public record Columns(int from, int to) {

    /**
     * Those of vectors that lie one after another.
     *
     * @param lengths numbers of values
     */
    public static List<Columns> inOrder(List<Long> lengths) {
        List<Columns> all = new ArrayList<>();
        long from = 0;
        for (long length : lengths) {
            all.add(new Columns(Math.toIntExact(from), Math.toIntExact(from + length)));
            from += length;
        }
        return all;
    }

    /** All of d columns. */
    public static List<Columns> all(long columns) {
        return List.of(new Columns(0, Math.toIntExact(columns)));
    }
}
