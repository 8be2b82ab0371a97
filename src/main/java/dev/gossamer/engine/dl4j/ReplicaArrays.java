package dev.gossamer.engine.dl4j;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.Columns;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays of ND4J for n replicas: the matrices [n, d] of a rule, and the inputs of those that are at work. */
final class ReplicaArrays implements AutoCloseable {

    private final List<INDArray> owned = new ArrayList<>();
    private final Map<Stored, INDArray> matrices = new HashMap<>();
    private final List<Columns> tensors;
    private final Workforce workforce;
    private final boolean host;
    private final int classes;
    private final DataType type;
    private final long columns;
    private final Inputs[] inputs;

    /**
     * Takes the memory of the matrices. Rows of those that start as parameters are the initial ones.
     *
     * @param rule which matrices there are
     * @param workers number of workers n
     * @param initial parameters [1, d] that all workers start from
     * @param tensors which columns are those of each tensor
     * @param host whether arrays are read and written as memory of the host; otherwise by copies of ND4J's
     */
    ReplicaArrays(Update rule, int workers, INDArray initial, List<Columns> tensors, int classes, Workforce workforce,
            boolean host) {
        this.tensors = tensors;
        this.workforce = workforce;
        this.host = host;
        this.classes = classes;
        type = initial.dataType();
        columns = initial.length();
        inputs = new Inputs[workforce.threads()];
        try {
            rule.stored().forEach(matrix -> matrices.put(matrix, zeros(workers)));
            for (Kept matrix : rule.kept()) {
                for (int i = 0; i < workers && matrix.initial() == Kept.Initial.PARAMETERS; i++) {
                    row(matrix, i).assign(initial);
                }
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Zeros [rows, d]. */
    INDArray zeros(int rows) {
        INDArray matrix = Nd4j.create(type, rows, columns);
        owned.add(matrix);
        return matrix;
    }

    /** The threads, each of which has its inputs; they are closed with the arrays. */
    Workforce workforce() {
        return workforce;
    }

    /** Whether matrices can be read and written as single-precision memory of the host. */
    boolean isHostFloat() {
        return host && type == DataType.FLOAT;
    }

    /** Which columns are those of each tensor. */
    List<Columns> tensors() {
        return tensors;
    }

    /** All matrices. */
    Map<Stored, INDArray> matrices() {
        return matrices;
    }

    /** A matrix [n, d], not a copy. */
    INDArray matrix(Stored matrix) {
        return matrices.get(matrix);
    }

    /** A view [1, d] of a row. */
    INDArray row(Stored matrix, int i) {
        return matrix(matrix).getRow(i, true);
    }

    /** The rows of a single-precision matrix as buffers on the same memory. */
    List<FloatBuffer> rows(Stored matrix) {
        List<FloatBuffer> rows = new ArrayList<>();
        for (int i = 0; i < matrix(matrix).rows(); i++) {
            FloatPointer pointer = new FloatPointer(matrix(matrix).data().pointer());
            rows.add(pointer.position(offset(i, (int) columns)).limit(offset(i + 1, (int) columns)).asBuffer());
        }
        return rows;
    }

    /** Index of the first value of a row; above 2^31 for large models and many workers. */
    static long offset(int row, int columns) {
        return (long) row * columns;
    }

    /** A thread's inputs for some images, made anew where the last ones were of another size. */
    Inputs inputs(int thread, int size, ImageShape shape) {
        if (inputs[thread] == null || !inputs[thread].fit(size, shape)) {
            if (inputs[thread] != null) {
                inputs[thread].close();
            }
            inputs[thread] = new Inputs(size, shape, classes, type, host);
        }
        return inputs[thread];
    }

    /** Engine, backend and threads in words. */
    String description() {
        return "dl4j on " + NativeBackend.description() + ", " + workforce.threads()
                + (workforce.threads() == 1 ? " thread" : " threads");
    }

    @Override
    public void close() {
        for (Inputs input : inputs) {
            if (input != null) {
                input.close();
            }
        }
        owned.forEach(INDArray::close);
        workforce.close();
    }
}
