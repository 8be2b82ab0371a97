package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.optim.univariate.UnivariatePointValuePair;

/**
 * Decentralized SGD on random isotropic quadratics (paper, section 3.1): every worker minimises E (h^T x)^2 / 2 over
 * standard normal h from its own samples, x_i &lt;- sum_j W_ij (x_j - lr H_j x_j), where E H = I and E |H x|^2 = zeta
 * |x|^2. All that matters of dimension and batch size is zeta. A rate r means that E |x|^2 is multiplied by 1 - r per
 * step in the long run.
 *
 * <p>With a = (1 - lr)^2 and c = (zeta - 1) lr^2, the matrix of inner products C_ij = E x_i^T x_j follows
 * {@code C <- W (a C + c diag(C)) W^T}. If C grows by x = 1 - r per step, then C / x is the covariance of a random walk
 * of decay gamma = a / x whose noise is C's own diagonal, scaled, so diag(C) is an eigenvector of the nonnegative map
 * M(gamma) from noise to variance, and x = c rho(M(gamma)) with its largest eigenvalue rho. {@link #exactRate} solves
 * this equation: the same x as the spectral radius of the n^2 x n^2 transition matrix (to the power 1 / period),
 * without ever forming it. {@link #rate} puts the largest variance of the walk with equal noise in place of rho, as the
 * paper does with the effective number of neighbours; both agree if all workers and phases are alike.
 *
 * <p>Immutable. The costs are those of {@link RandomWalk}; a rate takes about 10 gammas, the exact rate about 10
 * times the 1 to 20 (rarely more) products with M that an eigenvector takes; from periods of 16 on it is found in
 * another way, see {@link LongPeriod}, and so it is of static symmetric matrices of more than 256 workers, see {@link
 * LargeSymmetricRates}.
 */
public final class RandomQuadratic {

    private static final double ROOT_ACCURACY = 1e-14;
    private static final int MOST_EVALUATIONS = 200;

    /** The best learning rate of a worker alone is 1 / zeta, and one of 1e-8 is not yet lost in rounding. */
    private static final double MOST_NOISE = 1e8;

    /** How much of a start, relative to the eigenvector before, is equal noise. */
    private static final double FRESH = 1e-3;

    /** Decays up to 1 - exp(-20) belong to learning rates down to some 1e-9. */
    private static final int SLOWEST_LOG_DECAY = 20;

    private final VarianceMap varianceMap;
    private final double zeta;

    /**
     * The quadratic problem on a scheme.
     *
     * @param zeta the noise of the gradients, 1 to 1e8; see {@link #zeta(double, double)}
     * @throws IllegalArgumentException if zeta is out of range
     * @throws ArithmeticException as in {@link RandomWalk#of}
     */
    public RandomQuadratic(Scheme scheme, double zeta) {
        this(RandomWalk.of(scheme), zeta);
    }

    /**
     * The quadratic problem on a scheme whose random walk is at hand.
     *
     * @param zeta the noise of the gradients, 1 to 1e8; see {@link #zeta(double, double)}
     * @throws IllegalArgumentException if zeta is out of range
     */
    public RandomQuadratic(RandomWalk walk, double zeta) {
        this(walk.varianceMap(), zeta);
    }

    RandomQuadratic(VarianceMap varianceMap, double zeta) {
        if (!(zeta >= 1 && zeta <= MOST_NOISE)) {
            throw new IllegalArgumentException("zeta is 1 (no gradient noise) to 1e8, got " + zeta);
        }
        this.varianceMap = varianceMap;
        this.zeta = zeta;
    }

    /**
     * The noise zeta = E |H x|^2 / |x|^2 = (1 + batch + d) / batch of the mean H of h h^T over a batch of standard
     * normal h.
     *
     * @param dimension the dimension d, at least 1
     * @param batch the number of samples, at least 1
     * @throws IllegalArgumentException if one of them is below 1
     */
    public static double zeta(double dimension, double batch) {
        if (!(dimension >= 1 && batch >= 1)) {
            throw new IllegalArgumentException(
                    "dimension and batch size are at least 1, got " + dimension + " and " + batch);
        }
        return (1 + batch + dimension) / batch;
    }

    /**
     * The fixed point r = 1 - (1 - lr)^2 - (zeta - 1) lr^2 / n_eff((1 - lr)^2 / (1 - r)) of the paper, with n_eff of
     * the worst worker at phase 0. A lower bound of the exact rate of static schemes; of time-varying ones whose phases
     * differ it is the rate if every phase were like phase 0.
     *
     * @param learningRate the learning rate, positive
     * @return the rate, or empty if the squared distance does not shrink
     * @throws IllegalArgumentException if the learning rate is not positive and finite
     */
    public OptionalDouble rate(double learningRate) {
        return rate(learningRate, this::inverseWorstVariance);
    }

    /**
     * The exact rate: 1 - (spectral radius of the covariance transition over a period)^(1 / period).
     *
     * @param learningRate the learning rate, positive
     * @return the rate, or empty if the squared distance does not shrink
     * @throws IllegalArgumentException if the learning rate is not positive and finite
     * @throws ArithmeticException if the eigenvector iteration does not converge
     */
    public OptionalDouble exactRate(double learningRate) {
        checkLearningRate(learningRate);
        if (varianceMap instanceof LargeSymmetricMap large) {
            return large.rates(zeta).rate(learningRate);
        }
        Optional<LongPeriod> longPeriod = longPeriod();
        return longPeriod.isPresent()
                ? longPeriod.get().rate(learningRate)
                : rate(learningRate, new InverseRadius());
    }

    /** The learning rate of the largest {@link #rate}. Costs about 50 gammas. */
    public BestRate best() {
        return best(this::inverseWorstVariance);
    }

    /**
     * The learning rate of the largest {@link #exactRate}. Costs eigenvectors of about 50 gammas.
     *
     * @throws ArithmeticException if the eigenvector iteration does not converge, or the search does not
     */
    public BestRate exactBest() {
        if (varianceMap instanceof LargeSymmetricMap large) {
            return large.rates(zeta).best();
        }
        Optional<LongPeriod> longPeriod = zeta == 1 ? Optional.empty() : longPeriod();
        return longPeriod.map(LongPeriod::best).orElseGet(() -> best(new InverseRadius()));
    }

    private Optional<LongPeriod> longPeriod() {
        boolean isLong = varianceMap.phases() >= LongPeriod.SHORTEST;
        return isLong && varianceMap instanceof SteppedCovariance covariance
                ? Optional.of(new LongPeriod(covariance, varianceMap.phases(), zeta))
                : Optional.empty();
    }

    private static void checkLearningRate(double learningRate) {
        if (!(learningRate > 0 && Double.isFinite(learningRate))) {
            throw new IllegalArgumentException("the learning rate is positive and finite, got " + learningRate);
        }
    }

    /**
     * Solves x = c v(a / x) for x between a and 1, in the form x u(a / x) = c with u = 1 / v, which is 0 at gamma = 1.
     * The left side increases with x, because v increases with gamma; it is nearly linear, because v is close to a sum
     * of terms 1 / (1 - gamma lambda^2).
     */
    private OptionalDouble rate(double learningRate, DoubleUnaryOperator inverseVariance) {
        checkLearningRate(learningRate);
        double a = (1 - learningRate) * (1 - learningRate);
        double c = (zeta - 1) * learningRate * learningRate;
        if (a >= 1 || inverseVariance.applyAsDouble(a) <= c) {
            return OptionalDouble.empty();
        }
        if (c == 0) {
            return OptionalDouble.of(1 - a);
        }
        double x = new BrentSolver(ROOT_ACCURACY, ROOT_ACCURACY)
                .solve(MOST_EVALUATIONS, y -> a / y < 1 ? y * inverseVariance.applyAsDouble(a / y) - c : -c, a, 1);
        return OptionalDouble.of(1 - x);
    }

    /**
     * With q = sqrt((zeta - 1) gamma v(gamma)), the learning rate 1 / (1 + q) has the decay gamma, and 1 - r = 1 / F^2
     * for F(gamma) = sqrt(gamma) + sqrt(u(gamma) / (zeta - 1)), u = 1 / v. (The other learning rate of that decay,
     * 1 / (1 - q), is slower.) If W is static and symmetric, u is a minimum of harmonic means of linear functions, so F
     * is concave and has one maximum; because other schemes may have more, a scan comes first.
     */
    private BestRate best(DoubleUnaryOperator inverseVariance) {
        if (zeta == 1) {
            return new BestRate(1, 1);
        }
        DoubleUnaryOperator f = logDecay -> {
            double gamma = -Math.expm1(-logDecay);
            return Math.sqrt(gamma) + Math.sqrt(inverseVariance.applyAsDouble(gamma) / (zeta - 1));
        };
        int start = 0;
        double highest = 0;
        for (int logDecay = 0; logDecay <= SLOWEST_LOG_DECAY; logDecay++) {
            double here = f.applyAsDouble(logDecay);
            if (here > highest) {
                start = logDecay;
                highest = here;
            }
        }
        UnivariatePointValuePair maximum = new BrentOptimizer(1e-9, 1e-12)
                .optimize(
                        new MaxEval(MOST_EVALUATIONS),
                        GoalType.MAXIMIZE,
                        new SearchInterval(Math.max(0, start - 1), start + 1, start),
                        new UnivariateObjectiveFunction(f::applyAsDouble));
        double gamma = -Math.expm1(-maximum.getPoint());
        double inverse = inverseVariance.applyAsDouble(gamma);
        double q = Math.sqrt((zeta - 1) * gamma / inverse);
        return new BestRate(1 / (1 + q), 1 - 1 / (maximum.getValue() * maximum.getValue()));
    }

    private double inverseWorstVariance(double gamma) {
        double[] variances = varianceMap.variances(gamma);
        return 1 / Arrays.stream(variances, 0, varianceMap.classes()).max().orElseThrow();
    }

    /**
     * 1 / rho(M(gamma)); starts from the eigenvector of the gamma before, and a little equal noise: where a topology is
     * in parts, the eigenvector is 0 at all others than the slowest for that gamma.
     */
    private final class InverseRadius implements DoubleUnaryOperator {

        private double[] vector = varianceMap.unitNoise();

        @Override
        public double applyAsDouble(double gamma) {
            PerronRoot root = PerronRoot.of(noise -> varianceMap.variances(gamma, noise), vector);
            vector = Vectors.freshened(root.vector(), FRESH);
            return 1 / root.value();
        }
    }
}
