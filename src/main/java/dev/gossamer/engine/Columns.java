package dev.gossamer.engine;

import java.util.List;

/**
 * Columns of a matrix [n, d] that belong together: those of one tensor of the network's parameters.
 *
 * @param from the first one, in [0, d)
 * @param to the one after the last
 */
public record Columns(int from, int to) {

    /** All of d columns. */
    public static List<Columns> all(long columns) {
        return List.of(new Columns(0, Math.toIntExact(columns)));
    }
}
