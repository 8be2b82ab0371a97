package dev.gossamer.algorithm;

import dev.gossamer.topology.MixingMatrix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;

/** An update on plain arrays [n][d] in double precision, value by value as the algorithm reads. */
public final class NaiveUpdate {

    private final Update rule;
    private final Map<Stored, double[][]> matrices;
    private final int[] tensors;

    /**
     * @param matrices of the rule; replaced by new arrays in each step
     * @param tensors numbers of values of the tensors, in the order of the columns; none for a single tensor
     */
    public NaiveUpdate(Update rule, Map<Stored, double[][]> matrices, int... tensors) {
        this.rule = rule;
        this.matrices = new HashMap<>(matrices);
        this.tensors = tensors;
    }

    /** A matrix as it is now. */
    public double[][] get(Stored matrix) {
        return matrices.get(matrix);
    }

    /** Replaces a matrix. */
    public void put(Stored matrix, double[][] values) {
        matrices.put(matrix, values);
    }

    /** One step, mixed by the matrix w [n][n]. */
    public void step(Clock clock, double[][] w) {
        Map<Kept, double[][]> next = new LinkedHashMap<>();
        rule.at(clock.step()).kept().forEach(matrix -> next.put(matrix, value(matrix.next(), clock, w)));
        matrices.putAll(next);
    }

    private double[][] value(Value value, Clock clock, double[][] w) {
        if (value instanceof Value.Sum sum) {
            return elementwise(value(sum.first(), clock, w), value(sum.second(), clock, w), Double::sum);
        }
        if (value instanceof Value.Scaled scaled) {
            double[][] x = value(scaled.value(), clock, w);
            return elementwise(x, all(scaled.factor(), clock, x), (a, b) -> a * b);
        }
        if (value instanceof Value.Shifted shifted) {
            double[][] x = value(shifted.value(), clock, w);
            return elementwise(x, all(shifted.amount(), clock, x), Double::sum);
        }
        if (value instanceof Value.Elementwise operation) {
            double[][] x = value(operation.first(), clock, w);
            double[][] y = value(operation.second(), clock, w);
            return switch (operation.operator()) {
                case PRODUCT -> elementwise(x, y, (a, b) -> a * b);
                case QUOTIENT -> elementwise(x, y, (a, b) -> a / b);
                case MAXIMUM -> elementwise(x, y, Math::max);
                case ROOT -> elementwise(x, x, (a, b) -> Math.sqrt(a));
                case SIGN -> elementwise(x, x, (a, b) -> Math.signum(a));
            };
        }
        if (value instanceof Value.Compressed compressed) {
            double[][] x = value(compressed.value(), clock, w);
            double[][] left = new double[x.length][];
            for (int i = 0; i < x.length; i++) {
                left[i] = compressed(x[i], compressed.compression(), compressed.compression().bits().row(clock, i));
            }
            return left;
        }
        if (value instanceof Value.Mixed mixed) {
            double[][] weights = mixed.exchange() == Exchange.GOSSIP
                    ? w : mixed.exchange().weights().apply(MixingMatrix.of(w)).toDense();
            return product(weights, value(mixed.value(), clock, w));
        }
        return matrices.get((Stored) value);
    }

    private double[] compressed(double[] row, Compression compression, RandomBits.Row bits) {
        int[] lengths = compression.isByTensor() && tensors.length > 0 ? tensors : new int[] {row.length};
        double[] all = new double[row.length];
        int from = 0;
        for (int length : lengths) {
            double[] vector = Arrays.copyOfRange(row, from, from + length);
            compression.compress(vector, from, bits);
            System.arraycopy(vector, 0, all, from, length);
            from += length;
        }
        return all;
    }

    /** A matrix like x of a coefficient's values. */
    private static double[][] all(Coefficient coefficient, Clock clock, double[][] x) {
        double[] values = coefficient.at(clock);
        double[][] all = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            Arrays.fill(all[i], values[coefficient.isForEachWorker() ? i : 0]);
        }
        return all;
    }

    private static double[][] elementwise(double[][] x, double[][] y, BinaryOperator<Double> operator) {
        double[][] result = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < x[i].length; k++) {
                result[i][k] = operator.apply(x[i][k], y[i][k]);
            }
        }
        return result;
    }

    private static double[][] product(double[][] w, double[][] x) {
        double[][] result = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                for (int k = 0; k < x[i].length; k++) {
                    result[i][k] += w[i][j] * x[j][k];
                }
            }
        }
        return result;
    }
}
