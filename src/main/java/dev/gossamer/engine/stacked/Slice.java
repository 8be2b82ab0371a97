package dev.gossamer.engine.stacked;

import java.util.List;

/**
 * A parameter tensor within a row of the parameter matrix, and its gradient within that of the gradient matrix.
 *
 * @param name layer and parameter, for example {@code conv1.weight}
 * @param offset index of the first value in the row
 * @param shape shape of the tensor, in C order
 */
public record Slice(String name, long offset, List<Long> shape) {

    /** Number of values. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
