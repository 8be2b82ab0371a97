package dev.gossamer.theory;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * The symmetric map X -&gt; S(W S(X) W) of symmetric matrices [n, n], with S multiplying the diagonal by a number, on
 * the Krylov space of a diagonal matrix: a tridiagonal matrix T that grows (Golub and Van Loan, "Matrix computations",
 * 4th edition, section 10.1). Of the basis X_0, X_1, ... only the diagonals stay. Holds two [n, n] matrices; a step
 * costs one {@link Conjugation}, and reads and writes these twice.
 */
final class CovarianceLanczos {

    /** What is left of a new matrix of the basis where there is none, relative to T. */
    private static final double ROUNDING = 1e-11;

    private static final int FIRST_CAPACITY = 32;

    /** A space may take more steps than it has dimensions, as rounding makes the basis less than orthogonal. */
    private static final int FEWEST_ALLOWED_STEPS = 4000;

    private static final int ALLOWED_STEPS_PER_WORKER = 4;

    private final Conjugation mixing;
    private final double emphasis;
    private final int workers;
    private double[] before;
    private double[] current;
    private double normBefore = 1;
    private double norm;
    private double[][] diagonals = new double[FIRST_CAPACITY][];
    private double[] alphas = new double[FIRST_CAPACITY];
    private double[] betas = new double[FIRST_CAPACITY];
    private int size;
    private double largest;

    /**
     * @param start the diagonal [n] to start from, not 0
     * @param emphasis what S multiplies diagonals by, above 0
     */
    CovarianceLanczos(Conjugation mixing, double[] start, double emphasis) {
        this.mixing = mixing;
        this.emphasis = emphasis;
        this.workers = mixing.workers();
        this.before = new double[workers * workers];
        this.current = new double[workers * workers];
        for (int i = 0; i < workers; i++) {
            current[i * (workers + 1)] = start[i];
        }
        this.norm = norm(current);
    }

    /** Number of rows m of T. */
    int size() {
        return size;
    }

    /** The entry T[m - 1][m], by which the map leads out of the Krylov space. */
    double leavingBeta() {
        return betas[size - 1];
    }

    /** Whether the map does not lead out of the Krylov space. */
    boolean isWhole() {
        return size > 0 && leavingBeta() <= ROUNDING * largest;
    }

    /** The diagonal entry {@code T[k][k]}. */
    double alpha(int k) {
        return alphas[k];
    }

    /** The entry {@code T[k][k + 1]}. */
    double beta(int k) {
        return betas[k];
    }

    /** The diagonal [n] of X_0 y_0 + X_1 y_1 + ... for coordinates y [m]. */
    double[] diagonal(double[] coordinates) {
        double[] sum = new double[workers];
        for (int k = 0; k < size; k++) {
            for (int i = 0; i < workers; i++) {
                sum[i] += coordinates[k] * diagonals[k][i];
            }
        }
        return sum;
    }

    /** T [m, m]. */
    DMatrixRMaj tridiagonal() {
        DMatrixRMaj t = new DMatrixRMaj(size, size);
        for (int k = 0; k < size; k++) {
            t.set(k, k, alphas[k]);
            if (k + 1 < size) {
                t.set(k, k + 1, betas[k]);
                t.set(k + 1, k, betas[k]);
            }
        }
        return t;
    }

    /** Lets go of the matrices, without which it cannot grow. */
    void release() {
        before = null;
        current = null;
    }

    /** Whether it cannot grow, see {@link #release}. */
    boolean isReleased() {
        return current == null;
    }

    /**
     * Grows by a step; matrices of the basis are kept times their norms.
     *
     * @param unlessFound what to say was not found if there are as many steps as are allowed already
     * @throws ArithmeticException in that case
     */
    void step(String unlessFound) {
        if (size >= Math.max(FEWEST_ALLOWED_STEPS, ALLOWED_STEPS_PER_WORKER * workers)) {
            throw new ArithmeticException(unlessFound + ": " + size + " steps do not suffice");
        }
        makeRoom();
        double[] diagonal = diagonalOf(current);
        diagonals[size] = Arrays.stream(diagonal).map(entry -> entry / norm).toArray();
        scaleDiagonal(current, emphasis);
        double[] products = new double[workers];
        double kept = size == 0 ? 0 : norm / normBefore;
        mixing.apply(current, (i, row) -> {
            row[i] *= emphasis;
            int place = i * (workers + 1);
            products[i] = nextRow(i, row, kept) - (current[place] - diagonal[i]) * before[place];
        });
        setDiagonal(current, diagonal);
        double alpha = Arrays.stream(products).sum() / norm;
        double beta = Math.sqrt(sum(row -> subtract(row, alpha / norm)));
        alphas[size] = alpha;
        betas[size++] = beta;
        largest = Math.max(largest, Math.max(Math.abs(alpha), beta));
        double[] next = before;
        before = current;
        current = next;
        normBefore = norm;
        norm = beta;
    }

    /** Replaces a row of the matrix before by that of the next one; returns its product with the current one. */
    private double nextRow(int i, double[] image, double kept) {
        double factor = 1 / norm;
        int start = i * workers;
        for (int j = 0; j < workers; j++) {
            before[start + j] = factor * image[j] - kept * before[start + j];
        }
        return dot(i, current, before);
    }

    private void makeRoom() {
        if (size == alphas.length) {
            diagonals = Arrays.copyOf(diagonals, 2 * size);
            alphas = Arrays.copyOf(alphas, 2 * size);
            betas = Arrays.copyOf(betas, 2 * size);
        }
    }

    private double norm(double[] matrix) {
        return Math.sqrt(sum(row -> dot(row, matrix, matrix)));
    }

    /** The sum over rows, in their order whatever the number of processors. */
    private double sum(IntToDoubleFunction ofRow) {
        return Arrays.stream(IntStream.range(0, workers).parallel().mapToDouble(ofRow).toArray()).sum();
    }

    /** In four sums, as one would wait for each addition. */
    private double dot(int row, double[] a, double[] b) {
        int end = (row + 1) * workers;
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int k = row * workers;
        for (; k + 3 < end; k += 4) {
            first += a[k] * b[k];
            second += a[k + 1] * b[k + 1];
            third += a[k + 2] * b[k + 2];
            fourth += a[k + 3] * b[k + 3];
        }
        for (; k < end; k++) {
            first += a[k] * b[k];
        }
        return first + second + (third + fourth);
    }

    /** Takes a multiple of the current matrix from the new one in a row, and returns the square that is left. */
    private double subtract(int row, double factor) {
        for (int k = row * workers; k < row * workers + workers; k++) {
            before[k] -= factor * current[k];
        }
        return dot(row, before, before);
    }

    private double[] diagonalOf(double[] matrix) {
        return IntStream.range(0, workers).mapToDouble(i -> matrix[i * (workers + 1)]).toArray();
    }

    private void setDiagonal(double[] matrix, double[] diagonal) {
        for (int i = 0; i < workers; i++) {
            matrix[i * (workers + 1)] = diagonal[i];
        }
    }

    private void scaleDiagonal(double[] matrix, double factor) {
        for (int i = 0; i < workers; i++) {
            matrix[i * (workers + 1)] *= factor;
        }
    }
}
