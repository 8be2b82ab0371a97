package dev.gossamer.theory;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.optim.univariate.UnivariatePointValuePair;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Exact rates of random quadratics on a static symmetric mixing matrix of many workers. The growth x = 1 - r of
 * {@code C <- W (a C + c diag(C)) W} is a times the largest eigenvalue t of the symmetric map X -&gt; S(W S(X) W),
 * where S multiplies the diagonal by s = sqrt(1 + c / a): {@link CovarianceLanczos} needs no eigenvector of W for it.
 *
 * <p>By Rayleigh's principle, the eigenmatrix of one learning rate bounds the growth at all others from below: where
 * its diagonal has the share b of its square, x' &gt;= a' t / (1 - b (1 - s^2 / s'^2)). The smallest growth is looked
 * for between a learning rate below and one above, in turn where the secant of the slopes is 0 and where the larger of
 * their bounds is smallest (Kelley, "The cutting-plane method for solving convex programs", SIAM J. 8, 1960), until the
 * slope is 0 or, where two eigenmatrices cross, the growth is as near to the bounds as matters.
 */
final class LargeSymmetricRates {

    /** Residual |A X - t X| / t of the eigenvalue, whose error is of the order of its square. */
    private static final double TOLERANCE = 1e-8;

    /** The same where the learning rate is of the wrong order still, and in proportion where it is nearer. */
    private static final double COARSE = 1e-3;

    private static final int MOST_STEPS = 4000;

    /** Checks cost the cube of the steps made, so that there are fewer and fewer of them. */
    private static final int STEPS_PER_CHECK = 8;

    /** How far the smallest growth may be above what it is known not to be below. */
    private static final double CERTAINTY = 1e-11;

    /** Slope of the logarithm of the growth that counts as none: the growth is smaller by about its square then. */
    private static final double FLAT = 3e-6;

    /** Three of four learning rates come from slopes. */
    private static final int RUNS_PER_BOUND = 4;

    private static final int MOST_RUNS = 60;
    private static final int MOST_EVALUATIONS = 500;

    /** Where the search starts: best of workers that have so many effective neighbours, as on most sparse graphs. */
    private static final double USUAL_NEIGHBORS = 5;

    /** The smallest learning rate looked at, relative to the best one of a worker alone, 1 / zeta. */
    private static final double SLOWEST = 1e-3;

    /** How far away bounds are used, as a factor of the learning rate. */
    private static final double TRUSTED = Math.log(2);

    /** The smallest a relative to c: that of a learning rate of 1 is 0. */
    private static final double SMALLEST = 1e-13;

    /** How much of a start is the same for all workers, so that nothing that grows is missed. */
    private static final double FRESH = 0.1;

    private final TransposedProduct mixing;
    private final double zeta;
    private double[] start;

    LargeSymmetricRates(TransposedProduct mixing, double zeta) {
        this.mixing = mixing;
        this.zeta = zeta;
        this.start = new double[mixing.workers()];
        Arrays.fill(start, 1);
    }

    /** The exact rate, or empty if the squared distance does not shrink. */
    OptionalDouble rate(double learningRate) {
        double growth = zeta == 1 ? a(learningRate) : mode(Math.log(learningRate), TOLERANCE).growth();
        return growth < 1 ? OptionalDouble.of(1 - growth) : OptionalDouble.empty();
    }

    /** The learning rate, at most 1, of the largest exact rate. */
    BestRate best() {
        if (zeta == 1) {
            return new BestRate(1, 1);
        }
        Bracket bracket = new Bracket(Math.log(SLOWEST / zeta), 0, null, null);
        double logarithm = Math.log(USUAL_NEIGHBORS / (zeta + USUAL_NEIGHBORS));
        double tolerance = COARSE;
        for (int run = 1; run <= MOST_RUNS; run++) {
            Mode mode = mode(logarithm, tolerance);
            bracket = bracket.with(mode);
            UnivariatePointValuePair bound = bracket.lowestBound(logarithm);
            boolean isSmallest = Math.abs(mode.slope()) < FLAT || mode.growth() - bound.getValue() < CERTAINTY;
            if (isSmallest && tolerance <= TOLERANCE) {
                return new BestRate(Math.exp(logarithm), 1 - mode.growth());
            }
            double next = run % RUNS_PER_BOUND == 0 ? bound.getPoint() : bracket.secant(bound.getPoint());
            tolerance = Math.min(COARSE, Math.max(TOLERANCE, COARSE * Math.abs(next - logarithm)));
            logarithm = next;
        }
        throw new ArithmeticException("the best learning rate was not found: after " + MOST_RUNS
                + " searches it is about " + Math.exp(logarithm));
    }

    private double a(double learningRate) {
        return Math.max((1 - learningRate) * (1 - learningRate), SMALLEST * c(learningRate));
    }

    private double c(double learningRate) {
        return (zeta - 1) * learningRate * learningRate;
    }

    /** s^2. */
    private double squaredEmphasis(double learningRate) {
        return 1 + c(learningRate) / a(learningRate);
    }

    /** The largest eigenvalue for a logarithm of the learning rate; the next one is looked for from its matrix on. */
    private Mode mode(double logarithm, double tolerance) {
        double learningRate = Math.exp(logarithm);
        CovarianceLanczos lanczos =
                new CovarianceLanczos(mixing, start, Math.sqrt(squaredEmphasis(learningRate)));
        int checked = 0;
        while (lanczos.size() < MOST_STEPS) {
            lanczos.step();
            if (lanczos.size() - checked > checked / STEPS_PER_CHECK || lanczos.isWhole()) {
                checked = lanczos.size();
                Ritz ritz = Ritz.largest(lanczos);
                if (lanczos.isWhole() || ritz.residual(lanczos) <= tolerance * ritz.value) {
                    return mode(logarithm, ritz.value, lanczos.diagonal(ritz.vector));
                }
            }
        }
        throw new ArithmeticException("the exact rate was not found for a learning rate of " + learningRate + ": "
                + MOST_STEPS + " steps do not suffice");
    }

    private Mode mode(double logarithm, double eigenvalue, double[] diagonal) {
        double share = Arrays.stream(diagonal).map(entry -> entry * entry).sum();
        double equal = FRESH * Math.sqrt(share / diagonal.length);
        start = Arrays.stream(diagonal).map(entry -> Math.abs(entry) + equal).toArray();
        return new Mode(logarithm, eigenvalue, share);
    }

    /** The largest eigenvalue within a Krylov space, and the coordinates of its eigenmatrix. */
    private record Ritz(double value, double[] vector) {

        private static Ritz largest(CovarianceLanczos lanczos) {
            EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(lanczos.size(), true, true);
            if (!eigen.decompose(lanczos.tridiagonal())) {
                throw new ArithmeticException("the eigenvalues of a tridiagonal matrix were not found");
            }
            int largest = 0;
            for (int k = 1; k < lanczos.size(); k++) {
                if (eigen.getEigenvalue(k).real > eigen.getEigenvalue(largest).real) {
                    largest = k;
                }
            }
            return new Ritz(eigen.getEigenvalue(largest).real, eigen.getEigenVector(largest).data);
        }

        /** |A X - t X|. */
        private double residual(CovarianceLanczos lanczos) {
            return lanczos.leavingBeta() * Math.abs(vector[lanczos.size() - 1]);
        }
    }

    /** The eigenvalue t at a learning rate, and the share b of the diagonal in the square of its matrix. */
    private final class Mode {

        private final double logarithm;
        private final double eigenvalue;
        private final double share;

        private Mode(double logarithm, double eigenvalue, double share) {
            this.logarithm = logarithm;
            this.eigenvalue = eigenvalue;
            this.share = share;
        }

        private double growth() {
            return a(Math.exp(logarithm)) * eigenvalue;
        }

        /** What the growth at another learning rate is not below. */
        private double bound(double other) {
            double squares = squaredEmphasis(Math.exp(logarithm)) / squaredEmphasis(Math.exp(other));
            return a(Math.exp(other)) * eigenvalue / (1 - share * (1 - squares));
        }

        /** Of the logarithm of the growth over that of the learning rate: (1 - b) a' / a + b (a' + c') / (a + c). */
        private double slope() {
            double learningRate = Math.exp(logarithm);
            double a = a(learningRate);
            double slopeOfA = 2 * (learningRate - 1);
            double slopeOfC = 2 * (zeta - 1) * learningRate;
            return learningRate * ((1 - share) * slopeOfA / a
                    + share * (slopeOfA + slopeOfC) / (a + c(learningRate)));
        }
    }

    /** Logarithms of learning rates that the best one is between, with the modes found there, if any. */
    private record Bracket(double low, double high, Mode below, Mode above) {

        private Bracket with(Mode mode) {
            return mode.slope() > 0
                    ? new Bracket(low, mode.logarithm, below, mode)
                    : new Bracket(mode.logarithm, high, mode, above);
        }

        /** Where the growth may be smallest, for all that is known, not far from a point. */
        private UnivariatePointValuePair lowestBound(double near) {
            DoubleUnaryOperator bound = at -> Math.max(
                    below == null ? 0 : below.bound(at), above == null ? 0 : above.bound(at));
            return new BrentOptimizer(1e-10, 1e-13)
                    .optimize(
                            new MaxEval(MOST_EVALUATIONS),
                            GoalType.MINIMIZE,
                            new SearchInterval(Math.max(low, near - TRUSTED), Math.min(high, near + TRUSTED)),
                            new UnivariateObjectiveFunction(bound::applyAsDouble));
        }

        private double secant(double unlessKnown) {
            if (below == null || above == null) {
                return unlessKnown;
            }
            return (low * above.slope() - high * below.slope()) / (above.slope() - below.slope());
        }
    }
}
