package dev.gossamer.theory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
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
 * <p>The best rate is that of the decay with the largest F(gamma), see {@link RandomQuadratic}, which takes the largest
 * eigenvalue of M(gamma) for every decay. The responses to a few noises give it: M(gamma) on the space that these span
 * is a matrix of so many rows, and its largest eigenvalue is below that of M(gamma) by the square of its residual
 * (Rayleigh-Ritz; Parlett, "The symmetric eigenvalue problem", 1980, chapter 11). The first noise is equal for all
 * workers; each further one is the diagonal of the eigenmatrix where F is largest on the space so far, until the
 * residual there is small and, from equal noise, nothing is found that grows faster. No sign of a slope is relied on:
 * two eigenvalues may cross.
 */
final class LargeSymmetricRates {

    /** Residual |A X - t X| / t of the eigenvalue, whose error is of the order of its square. */
    private static final double TOLERANCE = 1e-11;

    /** Residual |M d - rho d| / rho on the space of noises at which the best rate is found. */
    private static final double FOUND = 2e-6;

    /** By how much more than the best one found a mode may grow: a residual does not show that it is of the largest. */
    private static final double OVERLOOKED = 1e-8;

    /** How much smaller than the residual on the space of noises is that of the eigenmatrix that is added. */
    private static final double GAIN = 1e-2;

    /** Checks cost the cube of the steps made, so that there are fewer and fewer of them. */
    private static final int STEPS_PER_CHECK = 8;

    private static final int MOST_NOISES = 40;
    private static final int MOST_EVALUATIONS = 500;

    /** Where the search starts, and how far it goes at once, in -ln(1 - gamma). */
    private static final double FIRST_LOG_DECAY = 2;

    private static final double LOG_DECAY_STEP = 0.5;

    /** Decays up to 1 - exp(-25) belong to learning rates below 1e-10. */
    private static final double SLOWEST_LOG_DECAY = 25;

    /** The smallest a relative to c: that of a learning rate of 1 is 0. */
    private static final double SMALLEST = 1e-13;

    /** How much of a start is the same for all workers, so that nothing that grows is missed. */
    private static final double FRESH = 0.1;

    /** What is left of a noise that lies in the space of those before. */
    private static final double ROUNDING = 1e-9;

    private final Conjugation mixing;
    private final NoiseResponse toUnitNoise;
    private final double zeta;
    private double[] start;

    LargeSymmetricRates(Conjugation mixing, NoiseResponse toUnitNoise, double zeta) {
        this.mixing = mixing;
        this.toUnitNoise = toUnitNoise;
        this.zeta = zeta;
        this.start = toUnitNoise.noise();
    }

    /** The exact rate, or empty if the squared distance does not shrink. */
    OptionalDouble rate(double learningRate) {
        double growth = zeta == 1 ? a(learningRate) : a(learningRate) * eigenvalue(learningRate, TOLERANCE);
        return growth < 1 ? OptionalDouble.of(1 - growth) : OptionalDouble.empty();
    }

    /** The learning rate, at most 1, of the largest exact rate. */
    BestRate best() {
        if (zeta == 1) {
            return new BestRate(1, 1);
        }
        synchronized (toUnitNoise) {
            Noises noises = new Noises();
            double logDecay = FIRST_LOG_DECAY;
            while (true) {
                UnivariatePointValuePair best = highest(noises, logDecay);
                logDecay = best.getPoint();
                double gamma = -Math.expm1(-logDecay);
                Ritz ritz = noises.largest(gamma);
                double residual = noises.residual(gamma, ritz);
                double learningRate = 1 / (1 + Math.sqrt((zeta - 1) * gamma * ritz.value));
                noises.release();
                if (residual <= FOUND) {
                    double growth = 1 / (best.getValue() * best.getValue());
                    start = toUnitNoise.noise();
                    if (a(learningRate) * eigenvalue(learningRate, TOLERANCE) <= growth * (1 + OVERLOOKED)) {
                        return new BestRate(learningRate, 1 - growth);
                    }
                } else {
                    eigenvalue(learningRate, GAIN * residual);
                }
                if (noises.size() == MOST_NOISES || !noises.add(start)) {
                    throw new ArithmeticException("the best learning rate was not found: with " + noises.size()
                            + " eigenvectors it is about " + learningRate + ", and their residual " + residual);
                }
            }
        }
    }

    /** The highest F, which has one maximum, over -ln(1 - gamma), uphill from a point. */
    private UnivariatePointValuePair highest(Noises noises, double from) {
        double at = from;
        double below = Math.max(0, at - LOG_DECAY_STEP);
        double above = at + LOG_DECAY_STEP;
        noises.reach(above);
        double here = f(noises, at);
        for (double next = f(noises, below); below < at && next > here; next = f(noises, below)) {
            above = at;
            at = below;
            here = next;
            below = Math.max(0, at - LOG_DECAY_STEP);
        }
        while (above < SLOWEST_LOG_DECAY && f(noises, above) > here) {
            below = at;
            at = above;
            here = f(noises, at);
            above = at + LOG_DECAY_STEP;
            noises.reach(above);
        }
        return new BrentOptimizer(1e-9, 1e-12)
                .optimize(
                        new MaxEval(MOST_EVALUATIONS),
                        GoalType.MAXIMIZE,
                        new SearchInterval(below, above, at),
                        new UnivariateObjectiveFunction(logDecay -> f(noises, logDecay)));
    }

    private double f(Noises noises, double logDecay) {
        double gamma = -Math.expm1(-logDecay);
        return Math.sqrt(gamma) + Math.sqrt(1 / (noises.largest(gamma).value * (zeta - 1)));
    }

    private double a(double learningRate) {
        return Math.max((1 - learningRate) * (1 - learningRate), SMALLEST * c(learningRate));
    }

    private double c(double learningRate) {
        return (zeta - 1) * learningRate * learningRate;
    }

    /** The largest eigenvalue t; the next one is looked for from the diagonal of its matrix on. */
    private double eigenvalue(double learningRate, double tolerance) {
        double emphasis = Math.sqrt(1 + c(learningRate) / a(learningRate));
        CovarianceLanczos lanczos = new CovarianceLanczos(mixing, start, emphasis);
        int checked = 0;
        while (true) {
            lanczos.step("the exact rate was not found for a learning rate of " + learningRate);
            if (lanczos.size() - checked > checked / STEPS_PER_CHECK || lanczos.isWhole()) {
                checked = lanczos.size();
                Ritz ritz = Ritz.largest(lanczos.tridiagonal());
                double residual = lanczos.leavingBeta() * Math.abs(ritz.vector[checked - 1]);
                if (lanczos.isWhole() || residual <= tolerance * ritz.value) {
                    start = Vectors.freshened(lanczos.diagonal(ritz.vector), FRESH);
                    return ritz.value;
                }
            }
        }
    }

    /** The largest eigenvalue of a symmetric matrix, and its vector of length 1. */
    private record Ritz(double value, double[] vector) {

        private static Ritz largest(DMatrixRMaj symmetric) {
            int size = symmetric.numRows;
            EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
            if (!eigen.decompose(symmetric)) {
                throw new ArithmeticException("the eigenvalues of a symmetric matrix were not found");
            }
            int largest = 0;
            for (int k = 1; k < size; k++) {
                if (eigen.getEigenvalue(k).real > eigen.getEigenvalue(largest).real) {
                    largest = k;
                }
            }
            return new Ritz(eigen.getEigenvalue(largest).real, eigen.getEigenVector(largest).data);
        }
    }

    /** Orthogonal noises, the first of them equal for all workers, and the responses to them. */
    private final class Noises {

        private final List<NoiseResponse> responses = new ArrayList<>(List.of(toUnitNoise));

        private int size() {
            return responses.size();
        }

        /** Adds what is new in a noise, made as long as the first one; false where nothing is. */
        private boolean add(double[] noise) {
            double[] rest = noise.clone();
            for (int pass = 0; pass < 2; pass++) {
                for (NoiseResponse other : responses) {
                    double share = Vectors.dot(rest, other.noise()) / rest.length;
                    Arrays.setAll(rest, i -> rest[i] - share * other.noise()[i]);
                }
            }
            double length = Math.sqrt(Vectors.dot(rest, rest) / rest.length);
            if (!(length > ROUNDING * Math.sqrt(Vectors.dot(noise, noise) / rest.length))) {
                return false;
            }
            responses.add(new NoiseResponse(mixing, Arrays.stream(rest).map(entry -> entry / length).toArray()));
            return true;
        }

        /** Gets all ready for decays up to one, one after another: each grows with matrices of its own. */
        private void reach(double logDecay) {
            for (NoiseResponse response : responses) {
                response.at(-Math.expm1(-logDecay));
                if (size() > 1) {
                    response.release();
                }
            }
        }

        private Ritz largest(double gamma) {
            DMatrixRMaj within = new DMatrixRMaj(size(), size());
            for (int j = 0; j < size(); j++) {
                double[] response = responses.get(j).at(gamma);
                for (int i = 0; i < size(); i++) {
                    double entry = Vectors.dot(responses.get(i).noise(), response) / response.length / 2;
                    within.add(i, j, entry);
                    within.add(j, i, entry);
                }
            }
            return Ritz.largest(within);
        }

        /** |M d - rho d| / rho for the eigenvector d within the space. */
        private double residual(double gamma, Ritz ritz) {
            double[] rest = new double[toUnitNoise.noise().length];
            for (int j = 0; j < size(); j++) {
                double[] response = responses.get(j).at(gamma);
                double[] noise = responses.get(j).noise();
                double coordinate = ritz.vector[j];
                Arrays.setAll(rest, i -> rest[i] + coordinate * (response[i] - ritz.value * noise[i]));
            }
            return Math.sqrt(Vectors.dot(rest, rest) / rest.length) / ritz.value;
        }

        private void release() {
            responses.forEach(NoiseResponse::release);
        }
    }
}
