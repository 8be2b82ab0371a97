package dev.gossamer.engine.dl4j;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
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
    private final INDArray parameters;

    /**
     * @param rule what a step does
     * @param matrices each [n, d]
     */
    Nd4jMatrices(Update rule, Map<Stored, INDArray> matrices) {
        this.rule = rule;
        this.matrices = Map.copyOf(matrices);
        parameters = matrices.get(rule.parameters());
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        INDArray weights = Nd4j.createFromArray(mixing.toDense()).castTo(parameters.dataType());
        Map<Value, INDArray> values = new HashMap<>(matrices);
        List<INDArray> next = rule.kept().stream().map(matrix -> next(matrix, clock, weights, values)).toList();
        for (int k = 0; k < next.size(); k++) {
            matrices.get(rule.kept().get(k)).assign(next.get(k));
        }
    }

    /** What a matrix becomes; what is another one as it is must not change with that one. */
    private static INDArray next(Kept matrix, Clock clock, INDArray weights, Map<Value, INDArray> values) {
        INDArray next = value(matrix.next(), clock, weights, values);
        return matrix.next() instanceof Stored ? next.dup() : next;
    }

    /** A value of the step, computed where it is not known. */
    private static INDArray value(Value value, Clock clock, INDArray weights, Map<Value, INDArray> values) {
        INDArray known = values.get(value);
        if (known == null) {
            known = compute(value, operand -> value(operand, clock, weights, values), clock, weights);
            values.put(value, known);
        }
        return known;
    }

    private static INDArray compute(Value value, Function<Value, INDArray> operands, Clock clock, INDArray weights) {
        if (value instanceof Value.Sum sum) {
            return operands.apply(sum.first()).add(operands.apply(sum.second()));
        }
        if (value instanceof Value.Scaled scaled) {
            return scaled(operands.apply(scaled.value()), scaled.factor(), clock);
        }
        if (value instanceof Value.Shifted shifted) {
            return shifted(operands.apply(shifted.value()), shifted.amount(), clock);
        }
        if (value instanceof Value.Product product) {
            return operands.apply(product.first()).mul(operands.apply(product.second()));
        }
        if (value instanceof Value.Quotient quotient) {
            return operands.apply(quotient.value()).div(operands.apply(quotient.divisor()));
        }
        if (value instanceof Value.Root root) {
            return Transforms.sqrt(operands.apply(root.value()));
        }
        if (value instanceof Value.Mixed mixed) {
            return weights.mmul(operands.apply(mixed.value()));
        }
        throw new IllegalStateException("no matrix of " + value);
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
