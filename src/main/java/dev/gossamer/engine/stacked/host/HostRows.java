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
    private final Map<Stored, FloatPointer> matrices = new HashMap<>();
    private final int workers;
    private final int columns;
    private final long stride;

    /** Takes the memory of the matrices, which are zero. */
    HostRows(Update rule, int workers, int columns) {
        this.workers = workers;
        this.columns = columns;
        stride = BufferPlan.aligned((long) columns * Float.BYTES) / Float.BYTES;
        try {
            rule.stored().forEach(matrix -> matrices.put(matrix, zeros(workers)));
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    /**
     * Memory for more rows, which are zero, and take memory where they are written: by all threads at a time, and not
     * at all for gradients that are not kept.
     *
     * @throws OutOfMemoryError if JavaCPP's limit, or the system, does not allow it
     */
    FloatPointer zeros(int rows) {
        Zeros memory = new Zeros(rows * stride * Float.BYTES + BufferPlan.ALIGNMENT);
        taken.add(memory);
        return new FloatPointer(memory.getPointer(BufferPlan.aligned(memory.address()) - memory.address()));
    }

    /** Memory that the system clears when it is first written, and that JavaCPP counts. */
    private static final class Zeros extends BytePointer {

        Zeros(long bytes) {
            super(Pointer.calloc(bytes, 1));
            if (isNull()) {
                throw new OutOfMemoryError("no address space for " + bytes + " bytes");
            }
            Pointer taken = new Pointer(this);
            capacity(bytes);
            deallocator(() -> Pointer.free(taken));
        }
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
    }
}
