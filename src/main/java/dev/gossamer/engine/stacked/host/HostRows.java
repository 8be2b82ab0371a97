package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Native memory of the host for rows of d values: those of the matrices of n replicas, and others beside them. */
final class HostRows implements AutoCloseable {

    private final List<FloatPointer> taken = new ArrayList<>();
    private final List<Pointer> cleared = new ArrayList<>();
    private final Map<Stored, FloatPointer> matrices = new HashMap<>();
    private final int workers;
    private final int columns;

    /**
     * Takes the memory of the matrices, which are zero.
     *
     * @param isInPart whether gradients may be written in part only, which then take no memory for the others
     */
    HostRows(Update rule, int workers, int columns, boolean isInPart) {
        this.workers = workers;
        this.columns = columns;
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
        long count = (long) rows * columns;
        FloatPointer values = new FloatPointer(count);
        taken.add(values);
        Pointer.memset(values, 0, count * Float.BYTES);
        return values;
    }

    /** Memory for more rows, which are zero, and are given memory where they are written. */
    FloatPointer untouched(int rows) {
        long count = (long) rows * columns;
        Pointer memory = Pointer.calloc(count, Float.BYTES);
        if (memory == null || memory.isNull()) {
            throw new OutOfMemoryError("no address space for " + count + " values");
        }
        cleared.add(memory);
        return new FloatPointer(memory).capacity(count);
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
        return (long) Objects.checkIndex(worker, workers) * columns;
    }

    /** The rows of a matrix. */
    List<FloatBuffer> rows(Stored matrix) {
        return IntStream.range(0, workers).mapToObj(worker -> {
            FloatPointer pointer = new FloatPointer(pointer(matrix));
            return pointer.position(start(worker)).limit(start(worker) + columns).asBuffer();
        }).toList();
    }

    @Override
    public void close() {
        taken.forEach(FloatPointer::close);
        cleared.forEach(Pointer::free);
        cleared.clear();
    }
}
