package dev.gossamer.experiment;

import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.theory.GammaFit;
import dev.gossamer.theory.RandomWalk;
import dev.gossamer.topology.Scheme;
import java.nio.DoubleBuffer;
import java.util.Optional;

/**
 * The covariance between workers over repetitions, averaged over coordinates, without keeping the repetitions: values
 * are taken relative to where the repetitions start, so that the sums of products keep their digits.
 */
final class CovarianceSum {

    private final double[][] sums;
    private final double[][] products;
    private final int coordinates;
    private int repetitions;

    CovarianceSum(int workers, int coordinates) {
        this.coordinates = coordinates;
        sums = new double[workers][coordinates];
        products = new double[workers][workers];
    }

    /**
     * Goes on with earlier sums.
     *
     * @param values what {@link #values} gave of as many workers and coordinates
     */
    CovarianceSum(int workers, int coordinates, double[] values) {
        this(workers, coordinates);
        DoubleBuffer earlier = DoubleBuffer.wrap(values);
        repetitions = (int) earlier.get();
        for (int i = 0; i < workers; i++) {
            earlier.get(sums[i]).get(products[i]);
        }
    }

    /** Everything that is known, in one array. */
    double[] values() {
        int n = products.length;
        DoubleBuffer values = DoubleBuffer.allocate(1 + n * (coordinates + n)).put(repetitions);
        for (int i = 0; i < n; i++) {
            values.put(sums[i]).put(products[i]);
        }
        return values.array();
    }

    /** Number of repetitions so far. */
    int repetitions() {
        return repetitions;
    }

    /**
     * Adds a repetition.
     *
     * @param moves how far each coordinate of each worker has moved [n, coordinates]
     */
    void add(float[][] moves) {
        for (int i = 0; i < moves.length; i++) {
            for (int c = 0; c < coordinates; c++) {
                sums[i][c] += moves[i][c];
            }
            for (int j = 0; j <= i; j++) {
                products[i][j] += dot(moves[i], moves[j]);
            }
        }
        repetitions++;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int c = 0; c < a.length; c++) {
            sum += (double) a[c] * b[c];
        }
        return sum;
    }

    /** The covariance so far [n, n], with the divisor R - 1 for R repetitions, at least 2. */
    double[][] covariance() {
        int n = products.length;
        double[][] covariance = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double ofMeans = 0;
                for (int c = 0; c < coordinates; c++) {
                    ofMeans += sums[i][c] * sums[j][c] / repetitions;
                }
                covariance[i][j] = (products[i][j] - ofMeans) / ((repetitions - 1.0) * coordinates);
                covariance[j][i] = covariance[i][j];
            }
        }
        return covariance;
    }

    /**
     * The covariance alone, of an algorithm that theory has no prediction for.
     *
     * @param steps steps of a repetition
     */
    WorkerCovariance alone(int steps) {
        return new WorkerCovariance(covariance(), Optional.empty(), repetitions, steps, coordinates);
    }

    /**
     * The covariance beside that of the random walk with the decay that fits best.
     *
     * @param scheme the topology
     * @param next the step of the scheme whose matrix is the first one not mixed by
     * @param steps steps of a repetition
     */
    WorkerCovariance beside(Scheme scheme, long next, int steps) {
        double[][] measured = covariance();
        return new WorkerCovariance(
                measured, prediction(scheme, next, measured), repetitions, steps, coordinates);
    }

    private static Optional<WorkerCovariance.Prediction> prediction(Scheme scheme, long next, double[][] measured) {
        if (scheme.period().isEmpty()) {
            return Optional.empty(); // theory is of topologies that repeat
        }
        int phase = (int) (next % scheme.period().getAsInt());
        try {
            GammaFit fit = GammaFit.ofCovariance(scheme, phase, measured);
            double[][] predicted = RandomWalk.of(scheme).covariance(fit.gamma(), phase);
            double scale = trace(measured) / trace(predicted);
            for (double[] row : predicted) {
                for (int j = 0; j < row.length; j++) {
                    row[j] *= scale;
                }
            }
            return Optional.of(
                    new WorkerCovariance.Prediction(fit.gamma(), fit.correlation(), fit.atBound(), predicted));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty(); // all entries equal, as with full averaging, or weights that let the walk grow
        }
    }

    private static double trace(double[][] matrix) {
        double sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            sum += matrix[i][i];
        }
        return sum;
    }
}
