package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The abelian groups whose translations can leave a mixing matrix as it is: {@code W[s(i)][s(j)] = W[i][j]} for every
 * translation s. Such a matrix is known by its row 0, and the characters of the group are its eigenvectors, whatever
 * the weights (Davis, "Circulant Matrices", 1979, chapter 3, for the cyclic group).
 */
enum Translations {

    /** Adding a number modulo n: circulant matrices, as of rings, exponential graphs, and the helical torus. */
    CYCLIC {
        @Override
        int translate(int worker, int by, int workers) {
            return (int) (((long) worker + by) % workers);
        }

        @Override
        int back(int worker, int by, int workers) {
            return worker < by ? worker - by + workers : worker - by;
        }

        @Override
        int angle(int character, int worker, int workers) {
            return (int) ((long) character * worker % workers);
        }

        @Override
        int angles(int workers) {
            return workers;
        }
    },

    /** Flipping binary digits; n is a power of two: hypercubes, and cliques of blocks of a power of two. */
    BINARY {
        @Override
        int translate(int worker, int by, int workers) {
            return worker ^ by;
        }

        @Override
        int back(int worker, int by, int workers) {
            return worker ^ by;
        }

        @Override
        int angle(int character, int worker, int workers) {
            return Integer.bitCount(character & worker) & 1;
        }

        @Override
        int angles(int workers) {
            return 2;
        }
    };

    private static final double TOLERANCE = 1e-14;

    /** The worker that a translation moves a worker to. */
    abstract int translate(int worker, int by, int workers);

    /** The worker that a translation moves to a worker. */
    abstract int back(int worker, int by, int workers);

    /** The angle of a character's entry of a worker, of {@link #angles}: the entry is exp(2 pi i angle / angles). */
    abstract int angle(int character, int worker, int workers);

    /** How many angles there are. */
    abstract int angles(int workers);

    /** A group that leaves every mixing matrix of the scheme as it is. Costs one look at every weight. */
    static Optional<Translations> of(Scheme scheme) {
        return Arrays.stream(values()).filter(group -> group.preserve(scheme)).findFirst();
    }

    private boolean preserve(Scheme scheme) {
        if (this == BINARY && Integer.bitCount(scheme.workers()) != 1) {
            return false;
        }
        return IntStream.range(0, Period.of(scheme)).mapToObj(scheme::at).distinct().allMatch(this::preserve);
    }

    private boolean preserve(MixingMatrix matrix) {
        int n = matrix.workers();
        int degree = matrix.rowStart(1);
        double[] first = new double[n];
        for (int k = 0; k < degree; k++) {
            first[matrix.column(k)] = matrix.weight(k);
        }
        for (int i = 1; i < n; i++) {
            if (matrix.rowStart(i + 1) - matrix.rowStart(i) != degree) {
                return false;
            }
            for (int k = matrix.rowStart(i); k < matrix.rowStart(i + 1); k++) {
                double weight = first[back(matrix.column(k), i, n)];
                if (weight == 0 || Math.abs(weight - matrix.weight(k)) > TOLERANCE) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * The squared sizes of the eigenvalues of a matrix that this group leaves as it is, one per character, character 0
     * (the mean of the workers) first. Costs n multiplications per weight of row 0.
     */
    double[] squaredEigenvalues(MixingMatrix matrix) {
        int n = matrix.workers();
        double[] cosines = table(n, Math::cos);
        double[] sines = table(n, Math::sin);
        double[] squares = new double[n];
        squares[0] = 1;
        for (int character = 1; character < n; character++) {
            double real = 0;
            double imaginary = 0;
            for (int k = 0; k < matrix.rowStart(1); k++) {
                int angle = angle(character, matrix.column(k), n);
                real += matrix.weight(k) * cosines[angle];
                imaginary += matrix.weight(k) * sines[angle];
            }
            squares[character] = real * real + imaginary * imaginary;
        }
        return squares;
    }

    /** A function of every angle. */
    private double[] table(int workers, DoubleUnaryOperator function) {
        int angles = angles(workers);
        return IntStream.range(0, angles)
                .mapToDouble(angle -> function.applyAsDouble(2 * Math.PI * angle / angles)).toArray();
    }

    /**
     * The matrix [n, n] that this group leaves as it is and that has the given real eigenvalues, one per character,
     * equal for a character and its complex conjugate. Costs n^2 multiplications.
     */
    double[][] matrix(double[] eigenvalues) {
        int n = eigenvalues.length;
        double[] cosines = table(n, Math::cos);
        double[] row = new double[n];
        for (int j = 0; j < n; j++) {
            for (int character = 0; character < n; character++) {
                row[j] += eigenvalues[character] * cosines[angle(character, j, n)] / n;
            }
        }
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                matrix[i][translate(j, i, n)] = row[j];
            }
        }
        return matrix;
    }
}
