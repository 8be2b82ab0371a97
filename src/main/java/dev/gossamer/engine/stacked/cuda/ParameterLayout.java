package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * How some rows of a matrix [n, d] lie on a device: one parameter tensor after another, with the values of all these
 * rows, [rows, size], side by side, as grouped convolutions and batched products want them.
 *
 * @param parameters the tensors in the order of a row
 * @param firstRow first row that lies here
 * @param rows number of rows that lie here
 */
record ParameterLayout(List<Slice> parameters, int firstRow, int rows) {

    /** A layout of the whole matrix. */
    static ParameterLayout ofAll(List<Slice> parameters, int rows) {
        return new ParameterLayout(parameters, 0, rows);
    }

    /** Values of a row d. */
    long columns() {
        return parameters.stream().mapToLong(Slice::size).sum();
    }

    /** Bytes of all rows. */
    long bytes() {
        return Float.BYTES * columns() * rows;
    }

    /** Which of the rows here is that of a worker. */
    int row(int worker) {
        return Objects.checkIndex(worker - firstRow, rows);
    }

    /** Address of a tensor of the first row here, in a matrix at an address; the other rows' follow it. */
    long address(long matrix, Slice slice) {
        return matrix + Float.BYTES * slice.offset() * rows;
    }

    /** The work on all columns in pieces of at most so many columns of one tensor: [.., 4], see {@code matrices.cu}. */
    long[] pieces(int columns) {
        List<long[]> pieces = new ArrayList<>();
        for (Slice slice : parameters) {
            for (long from = 0; from < slice.size(); from += columns) {
                long count = Math.min(columns, slice.size() - from);
                pieces.add(new long[] {slice.offset(), slice.size(), from, count});
            }
        }
        return pieces.stream().flatMapToLong(Arrays::stream).toArray();
    }
}
