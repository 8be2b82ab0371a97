package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.algorithm.Compression;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How some rows of a matrix [n, d] lie on a device: one parameter tensor after another, with the values of all these
 * rows, [rows, size], side by side, as grouped convolutions and batched products want them. Tensors start at multiples
 * of 256 bytes, in BF16 of 128, as the libraries' vector instructions want them; what is between them is 0 and of no
 * meaning.
 */
final class ParameterLayout {

    /** Values that a tensor's size is rounded up to a multiple of. */
    private static final long ALIGNMENT = 64;

    /** Columns that a thread takes side by side where a tensor's size is a multiple of it. */
    static final int PACK = 4;

    /** Numbers that a piece is described by. */
    static final int PIECE = 6;

    private final Map<Slice, Long> offsets = new LinkedHashMap<>();
    private final int firstRow;
    private final int rows;
    private long columns;

    /**
     * @param parameters the tensors in the order of a row
     * @param firstRow first row that lies here
     * @param rows number of rows that lie here
     */
    ParameterLayout(List<Slice> parameters, int firstRow, int rows) {
        this.firstRow = firstRow;
        this.rows = rows;
        for (Slice slice : parameters) {
            offsets.put(slice, columns);
            columns += quotientUp(slice.size(), ALIGNMENT) * ALIGNMENT;
        }
    }

    /** A layout of the whole matrix. */
    static ParameterLayout ofAll(List<Slice> parameters, int rows) {
        return new ParameterLayout(parameters, 0, rows);
    }

    /** Number of rows that lie here. */
    int rows() {
        return rows;
    }

    /** Number of parameters d of a row. */
    long parameters() {
        return offsets.keySet().stream().mapToLong(Slice::size).sum();
    }

    /** Values of a row, with what is between the tensors. */
    long columns() {
        return columns;
    }

    /** Bytes of all rows. */
    long bytes(Element element) {
        return element.bytes() * columns * rows;
    }

    /** Which of the rows here is that of a worker. */
    int row(int worker) {
        return Objects.checkIndex(worker - firstRow, rows);
    }

    /** Address of a tensor of the first row here, in a matrix at an address; the other rows' follow it. */
    long address(long matrix, Element element, Slice slice) {
        return matrix + element.bytes() * offsets.get(slice) * rows;
    }

    /** Copies the d values of one row, from where it lies alone, to the position of a buffer. */
    void gather(FloatBuffer row, FloatBuffer destination) {
        offsets.forEach((slice, offset) ->
                destination.put(row.slice(Math.toIntExact(offset), Math.toIntExact(slice.size()))));
    }

    /** Copies d values from the position of a buffer to where one row lies alone. */
    void scatter(FloatBuffer source, FloatBuffer row) {
        offsets.forEach((slice, offset) -> {
            int size = Math.toIntExact(slice.size());
            row.put(Math.toIntExact(offset), source, source.position(), size);
            source.position(source.position() + size);
        });
    }

    /**
     * The work on all columns in pieces of one tensor each: [.., 6], see {@code pieces.cu}.
     *
     * @param most columns of a piece, at most, where a thread takes {@link #PACK} side by side; in other tensors, where
     *     it takes one, a piece has as many threads
     */
    long[] pieces(int most) {
        List<long[]> pieces = new ArrayList<>();
        int tensor = 0;
        for (Map.Entry<Slice, Long> entry : offsets.entrySet()) {
            Slice slice = entry.getKey();
            int columns = slice.size() % PACK == 0 ? most : most / PACK;
            for (long from = 0; from < slice.size(); from += columns) {
                pieces.add(new long[] {entry.getValue(), slice.size(), from, Math.min(columns, slice.size() - from),
                    slice.offset(), tensor});
            }
            tensor++;
        }
        return pieces.stream().flatMapToLong(Arrays::stream).toArray();
    }

    /** Lengths of the vectors that a compression makes of a row. */
    List<Long> vectors(Compression compression) {
        return compression.isByTensor()
                ? offsets.keySet().stream().map(Slice::size).toList() : List.of(parameters());
    }
}
