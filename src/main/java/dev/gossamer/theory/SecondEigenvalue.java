package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The size of the second largest eigenvalue of the product P of a scheme's mixing matrices over a period, by Arnoldi's
 * iteration (Saad, "Numerical Methods for Large Eigenvalue Problems", 2011, section 6.2) on x -&gt; P x less its mean:
 * its eigenvalues are those of P but for the 1 of equal workers, whether rows or columns of P sum to 1. P is not
 * formed; a step costs a product of each sparse matrix with a vector.
 */
final class SecondEigenvalue {

    /** How near its size is to that of two thirds of the steps once it is found. */
    private static final double TOLERANCE = 1e-11;

    /** What is left of a vector that lies in the space of those before. */
    private static final double ROUNDING = 1e-14;

    private static final int FIRST_CHECK = 32;

    /** Eigenvalues of the projected matrix cost the cube of the steps. */
    private static final int MOST_STEPS = 1500;

    private final Scheme scheme;
    private final List<double[]> basis = new ArrayList<>();
    private final List<double[]> columns = new ArrayList<>();

    private SecondEigenvalue(Scheme scheme) {
        this.scheme = scheme;
    }

    /**
     * Its size.
     *
     * @throws ArithmeticException if it is not found in as many steps as are allowed, or neither rows nor columns sum
     *     to 1 at every step
     */
    static double size(Scheme scheme) {
        PeriodProduct.takesMeans(scheme);
        return new SecondEigenvalue(scheme).search();
    }

    private double search() {
        int dimension = scheme.workers() - 1;
        int most = Math.min(MOST_STEPS, dimension);
        basis.add(start());
        double before = Double.POSITIVE_INFINITY;
        for (int check = Math.min(FIRST_CHECK, most); ; check = Math.min(check + check / 2, most)) {
            boolean isWhole = false;
            while (columns.size() < check && !isWhole) {
                isWhole = grow();
            }
            double size = largestWithin();
            if (isWhole || columns.size() == dimension || Math.abs(size - before) <= TOLERANCE) {
                return size;
            }
            if (columns.size() == most) {
                throw new ArithmeticException("the spectral gap of " + scheme.name() + " was not found: after " + most
                        + " steps it is about " + (1 - size));
            }
            before = size;
        }
    }

    private double[] start() {
        Random random = new Random(1);
        double[] start = withoutMean(random.doubles(scheme.workers(), -1, 1).toArray());
        return Vectors.scaled(start, 1 / Vectors.norm(start));
    }

    /** Adds a vector to the basis; true where the product does not lead out of its space. */
    private boolean grow() {
        double[] image = withoutMean(product(basis.get(columns.size())));
        double length = Vectors.norm(image);
        double[] column = new double[basis.size() + 1];
        for (int pass = 0; pass < 2; pass++) { // twice, for the sake of rounding
            for (int i = 0; i < basis.size(); i++) {
                double share = Vectors.dot(basis.get(i), image);
                column[i] += share;
                Vectors.add(image, -share, basis.get(i));
            }
        }
        double rest = Vectors.norm(image);
        column[basis.size()] = rest;
        columns.add(column);
        basis.add(Vectors.scaled(image, 1 / rest));
        return rest <= ROUNDING * Math.max(1, length);
    }

    private double[] product(double[] start) {
        double[] values = start;
        for (int step = 0; step < Period.of(scheme); step++) {
            values = scheme.at(step).times(values);
        }
        return values;
    }

    /** The largest size of an eigenvalue of P within the space. */
    private double largestWithin() {
        int size = columns.size();
        DMatrixRMaj hessenberg = new DMatrixRMaj(size, size);
        for (int j = 0; j < size; j++) {
            for (int i = 0; i < Math.min(size, j + 2); i++) {
                hessenberg.set(i, j, columns.get(j)[i]);
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, false, false);
        if (!eigen.decompose(hessenberg)) {
            throw new ArithmeticException("the eigenvalues of a Hessenberg matrix were not found");
        }
        return IntStream.range(0, size).mapToDouble(k -> eigen.getEigenvalue(k).getMagnitude()).max().orElse(0);
    }

    private static double[] withoutMean(double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        return Arrays.stream(x).map(entry -> entry - mean).toArray();
    }
}
