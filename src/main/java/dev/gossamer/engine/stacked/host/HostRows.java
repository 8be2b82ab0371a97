package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.stacked.BufferPlan;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Native memory of the host for rows of d values: those of the matrices of n replicas, and others beside them. Each row
 * begins with a cache line, which vectors of an operation then do not straddle.
 */
final class HostRows implements AutoCloseable {

    private final List<Pointer> taken = new ArrayList<>();
    private final List<Pointer> cleared = new ArrayList<>();
    private final Map<Stored, FloatPointer> matrices = new HashMap<>();
    private final int workers;
    private final int columns;
    private final long stride;

    /**
     * Takes the memory of the matrices, which are zero.
     *
     * @param isInPart whether gradients may be written in part only, which then take no memory for the others
     */
    HostRows(Update rule, int workers, int columns, boolean isInPart) {
        this.workers = workers;
        this.columns = columns;
        stride = BufferPlan.aligned((long) columns * Float.BYTES) / Float.BYTES;
        try {
            rule.stored().forEach(matrix -> matrices.put(matrix,
                    isInPart && matrix.equals(rule.gradients()) ? untouched(workers) : zeros(workers)));
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    /** Memory for more rows, which are zero. */
    FloatPointer zeros(int rows) {
        long bytes = rows * stride * Float.BYTES;
        BytePointer memory = new BytePointer(bytes + BufferPlan.ALIGNMENT);
        taken.add(memory);
        BytePointer values = memory.getPointer(BufferPlan.aligned(memory.address()) - memory.address());
        Pointer.memset(values, 0, bytes);
        return new FloatPointer(values);
    }

    /** Memory for more rows, which are zero, and are given memory where they are written. */
    FloatPointer untouched(int rows) {
        long bytes = rows * stride * Float.BYTES + BufferPlan.ALIGNMENT;
        Pointer memory = Pointer.calloc(bytes, 1);
        if (memory == null || memory.isNull()) {
            throw new OutOfMemoryError("no address space for " + bytes + " bytes");
        }
        cleared.add(memory);
        BytePointer values = new BytePointer(memory).capacity(bytes);
        return new FloatPointer(values.getPointer(BufferPlan.aligned(memory.address()) - memory.address()));
    }

    int workers() {
        return workers;
    }

    /** Number of values of a row d. */
    int columns() {
        return columns;
    }

    /** The first value of a matrix. */
    FloatPointer pointer(Stored matrix) {
        return matrices.get(matrix);
    }

    /** Index of the first value of a worker's row; above 2^31 for large models and many workers. */
    long start(int worker) {
        return place(Objects.checkIndex(worker, workers));
    }

    /** Index of the first value of a row, of however many there are. */
    long place(int row) {
        return row * stride;
    }

    /** A worker's row of a matrix. */
    FloatBuffer row(Stored matrix, int worker) {
        FloatPointer pointer = new FloatPointer(pointer(matrix));
        return pointer.position(start(worker)).limit(start(worker) + columns).asBuffer();
    }

    /** The rows of a matrix. */
    List<FloatBuffer> rows(Stored matrix) {
        return IntStream.range(0, workers).mapToObj(worker -> row(matrix, worker)).toList();
    }

    @Override
    public void close() {
        taken.forEach(Pointer::close);
        cleared.forEach(Pointer::free);
        cleared.clear();
    }
}
