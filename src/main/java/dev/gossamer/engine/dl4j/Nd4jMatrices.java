package dev.gossamer.engine.dl4j;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.RandomBits;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.engine.Columns;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Matrices of any ND4J data type, stepped by operations on whole matrices exactly as the formulas read: for double
 * precision, and to check the blocked pass against.
 */
final class Nd4jMatrices implements ReplicaMatrices {

    private final Update rule;
    private final Map<Stored, INDArray> matrices;
    private final List<Columns> tensors;
    private final INDArray parameters;

    /**
     * @param rule what a step does
     * @param matrices each [n, d]
     * @param tensors which columns are those of each tensor
     */
    Nd4jMatrices(Update rule, Map<Stored, INDArray> matrices, List<Columns> tensors) {
        this.rule = rule;
        this.tensors = List.copyOf(tensors);
        this.matrices = Map.copyOf(matrices);
        parameters = matrices.get(rule.parameters());
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        Map<Value, INDArray> values = new HashMap<>(matrices);
        List<Kept> changed = rule.at(clock.step()).kept().stream().filter(Kept::isChanged).toList();
        List<INDArray> next = changed.stream().map(matrix -> next(matrix, clock, mixing, values)).toList();
        for (int k = 0; k < next.size(); k++) {
            matrices.get(changed.get(k)).assign(next.get(k));
        }
    }

    /** What a matrix becomes; what is another one as it is must not change with that one. */
    private INDArray next(Kept matrix, Clock clock, MixingMatrix mixing, Map<Value, INDArray> values) {
        INDArray next = value(matrix.next(), clock, mixing, values);
        return matrix.next() instanceof Stored ? next.dup() : next;
    }

    /** A value of the step, computed where it is not known. */
    private INDArray value(Value value, Clock clock, MixingMatrix mixing, Map<Value, INDArray> values) {
        INDArray known = values.get(value);
        if (known == null) {
            known = compute(value, operand -> value(operand, clock, mixing, values), clock, mixing);
            values.put(value, known);
        }
        return known;
    }

    private INDArray compute(Value value, Function<Value, INDArray> operands, Clock clock, MixingMatrix mixing) {
        if (value instanceof Value.Sum sum) {
            return operands.apply(sum.first()).add(operands.apply(sum.second()));
        }
        if (value instanceof Value.Scaled scaled) {
            return scaled(operands.apply(scaled.value()), scaled.factor(), clock);
        }
        if (value instanceof Value.Shifted shifted) {
            return shifted(operands.apply(shifted.value()), shifted.amount(), clock);
        }
        if (value instanceof Value.Elementwise elementwise) {
            INDArray first = operands.apply(elementwise.first());
            INDArray second = operands.apply(elementwise.second());
            return switch (elementwise.operator()) {
                case PRODUCT -> first.mul(second);
                case QUOTIENT -> first.div(second);
                case MAXIMUM -> Transforms.max(first, second);
                case ROOT -> Transforms.sqrt(first);
                case SIGN -> Transforms.sign(first);
            };
        }
        if (value instanceof Value.Compressed compressed) {
            return compressed(operands.apply(compressed.value()), compressed.compression(), clock);
        }
        if (value instanceof Value.Mixed mixed) {
            double[][] weights = mixed.exchange().weights().apply(mixing).toDense();
            return Nd4j.createFromArray(weights).castTo(parameters.dataType()).mmul(operands.apply(mixed.value()));
        }
        throw new IllegalStateException("no matrix of " + value);
    }

    private INDArray compressed(INDArray values, Compression compression, Clock clock) {
        double[][] rows = values.castTo(DataType.DOUBLE).toDoubleMatrix();
        List<Columns> parts = compression.isByTensor() ? tensors : Columns.all(values.columns());
        for (int worker = 0; worker < rows.length; worker++) {
            RandomBits.Row bits = compression.bits().row(clock, worker);
            for (Columns part : parts) {
                double[] vector = Arrays.copyOfRange(rows[worker], part.from(), part.to());
                compression.compress(vector, part.from(), bits);
                System.arraycopy(vector, 0, rows[worker], part.from(), vector.length);
            }
        }
        return Nd4j.createFromArray(rows).castTo(values.dataType());
    }

    private static INDArray scaled(INDArray value, Coefficient factor, Clock clock) {
        double[] factors = factor.at(clock);
        if (!factor.isForEachWorker()) {
            return value.mul(factors[0]);
        }
        try (INDArray column = column(factors, value.dataType())) {
            return value.mul(column);
        }
    }

    private static INDArray shifted(INDArray value, Coefficient amount, Clock clock) {
        double[] amounts = amount.at(clock);
        if (!amount.isForEachWorker()) {
            return value.add(amounts[0]);
        }
        try (INDArray column = column(amounts, value.dataType())) {
            return value.add(column);
        }
    }

    /** [n, 1]. */
    private static INDArray column(double[] values, DataType type) {
        return Nd4j.createFromArray(values).reshape(values.length, 1).castTo(type);
    }

    @Override
    public Update rule() {
        return rule;
    }

    @Override
    public int workers() {
        return parameters.rows();
    }

    @Override
    public long parameters() {
        return parameters.columns();
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        destination.put(row(matrix, worker).toFloatVector());
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        INDArray row = row(matrix, worker);
        float[] values = new float[row.columns()];
        source.get(values);
        try (INDArray copy = Nd4j.createFromArray(values)) {
            row.assign(copy.reshape(row.shape()));
        }
    }

    private INDArray row(Stored matrix, int worker) {
        Objects.checkIndex(worker, parameters.rows());
        if (parameters.dataType() != DataType.FLOAT) {
            throw new UnsupportedOperationException("parameters are read and written in single precision only");
        }
        return matrices.get(matrix).getRow(worker, true);
    }

    @Override
    public double consensusDistance(Kept matrix) {
        INDArray rows = matrices.get(matrix);
        INDArray mean = rows.mean(0);
        double sum = 0;
        for (int i = 0; i < rows.rows(); i++) { // in double precision: there are many values
            double norm = rows.getRow(i).sub(mean).castTo(DataType.DOUBLE).norm2Number().doubleValue();
            sum += norm * norm;
        }
        return sum / rows.rows();
    }
}
