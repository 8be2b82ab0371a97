package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The powers P, P^2, P^4, ... of the product P = W_(p-1) ... W_0 over a period, up to the first that equals its own
 * square. Immutable.
 *
 * @param powers the powers P^(2^k), k = 0, 1, ..., each [n, n]
 * @param idempotent whether the last of them equals its own square, so that all higher ones equal it too
 */
record PeriodProduct(List<DMatrixRMaj> powers, boolean idempotent) {

    /** Beyond P^(2^40), gamma^(2^40) has vanished unless 1 - gamma is smaller than any decay of use. */
    private static final int MOST_POWERS = 40;

    private static final double ROUNDING = 1e-15;

    /** A decay below this no longer changes a sum of doubles. */
    private static final double VANISHED = 1e-18;

    /** Powers of a matrix without eigenvalues larger than 1 do not come near this. */
    private static final double GROWN = 1e8;

    /**
     * Multiplies the mixing matrices of a period, and squares the product.
     *
     * @throws ArithmeticException if the powers grow, as they can with negative weights
     */
    static PeriodProduct of(Scheme scheme) {
        List<DMatrixRMaj> powers = new ArrayList<>();
        DMatrixRMaj power = product(scheme);
        while (true) {
            powers.add(power);
            DMatrixRMaj square = new DMatrixRMaj(power.numRows, power.numCols);
            CommonOps_DDRM.mult(power, power, square);
            makeRowsSumToOne(square);
            if (largestDifference(square, power) <= ROUNDING) {
                return new PeriodProduct(List.copyOf(powers), true);
            }
            if (!(CommonOps_DDRM.elementMaxAbs(square) < GROWN)) {
                throw new ArithmeticException("the mixing matrices of " + scheme.name()
                        + " amplify differences: their product over a period has an eigenvalue larger than 1");
            }
            if (powers.size() == MOST_POWERS) {
                return new PeriodProduct(List.copyOf(powers), false);
            }
            power = square;
        }
    }

    /**
     * The product P [n, n] = W_(p-1) ... W_0 alone. Costs n times the number of weights of a period.
     *
     * @throws ArithmeticException if neither rows nor columns sum to 1 at every step, so that 1 need be no eigenvalue
     */
    static DMatrixRMaj product(Scheme scheme) {
        boolean ofRows = takesMeans(scheme);
        DMatrixRMaj product = CommonOps_DDRM.identity(scheme.workers());
        for (int step = 0; step < Period.of(scheme); step++) {
            product = Mixing.times(scheme.at(step), product);
        }
        if (ofRows) {
            makeRowsSumToOne(product);
        }
        return product;
    }

    /**
     * Whether rows sum to 1 at every step; if not, columns do.
     *
     * @throws ArithmeticException if neither is so
     */
    static boolean takesMeans(Scheme scheme) {
        boolean ofRows = scheme.isRowStochastic();
        if (!ofRows && !scheme.isColumnStochastic()) {
            throw new ArithmeticException("rows sum to 1 at some steps and columns at others, and theory is of"
                    + " topologies where it is the same at all steps");
        }
        return ofRows;
    }

    /** Rounding in the eigenvalue 1 would double with every squaring. */
    private static void makeRowsSumToOne(DMatrixRMaj matrix) {
        for (int i = 0; i < matrix.numRows; i++) {
            double sum = 0;
            for (int j = 0; j < matrix.numCols; j++) {
                sum += matrix.unsafe_get(i, j);
            }
            for (int j = 0; j < matrix.numCols; j++) {
                matrix.unsafe_set(i, j, matrix.unsafe_get(i, j) / sum);
            }
        }
    }

    private static double largestDifference(DMatrixRMaj a, DMatrixRMaj b) {
        double largest = 0;
        for (int k = 0; k < a.getNumElements(); k++) {
            largest = Math.max(largest, Math.abs(a.get(k) - b.get(k)));
        }
        return largest;
    }

    /**
     * Replaces S [n, n] by the sum of g^j P^j S (P^j)^T over j = 0, 1, ...
     *
     * @param decay the decay g over a period, at least 0 and below 1
     * @param matrix the symmetric matrix S, replaced
     * @throws ArithmeticException if the decay is so near to 1 that the powers do not suffice
     */
    void sumOfDecayingConjugates(double decay, DMatrixRMaj matrix) {
        double g = decay;
        for (int k = 0; k < powers.size() && g > VANISHED; k++) {
            boolean last = idempotent && k == powers.size() - 1;
            addConjugate(last ? g / (1 - g) : g, powers.get(k), matrix);
            g = last ? 0 : g * g;
        }
        if (g > VANISHED) {
            throw new ArithmeticException("the random walk was not summed up to its end for a decay of " + decay
                    + " per period: its mixing matrices neither converge nor is the decay smaller");
        }
    }

    /**
     * Adds factor P S P^T; since that is symmetric, it is P (P S)^T too, and EJML is faster without a transposed
     * factor.
     */
    private static void addConjugate(double factor, DMatrixRMaj power, DMatrixRMaj matrix) {
        DMatrixRMaj half = new DMatrixRMaj(matrix.numRows, matrix.numCols);
        CommonOps_DDRM.mult(power, matrix, half);
        CommonOps_DDRM.transpose(half);
        CommonOps_DDRM.multAdd(factor, power, half, matrix);
    }
}
