package dev.gossamer.theory;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.optim.univariate.UnivariatePointValuePair;

/**
 * Exact rates of random quadratics on schemes of a long period. The largest eigenvalue of the map M of
 * {@link VarianceMap} then is one of many of nearly the same size, one per phase, and no iteration finds it well; but
 * the covariance itself forgets all but its largest mode within a few periods, so that the period is simply stepped
 * through. Costs about 5 periods per rate and 60 rates for the best.
 */
final class LongPeriod {

    /** The shortest period that is long. */
    static final int SHORTEST = 16;

    private static final int SCAN = 24;
    private static final int MOST_EVALUATIONS = 200;

    /** The smallest learning rate looked at, relative to the best one of a worker alone, 1 / zeta. */
    private static final double SLOWEST = 1e-3;

    private final SteppedCovariance covariance;
    private final int period;
    private final double zeta;

    LongPeriod(SteppedCovariance covariance, int period, double zeta) {
        this.covariance = covariance;
        this.period = period;
        this.zeta = zeta;
    }

    /** The exact rate, or empty if the squared distance does not shrink, as from a learning rate of 2 on. */
    OptionalDouble rate(double learningRate) {
        if (learningRate >= 2) {
            return OptionalDouble.empty();
        }
        double growth = growth(learningRate);
        return growth < 1 ? OptionalDouble.of(1 - growth) : OptionalDouble.empty();
    }

    /** The learning rate of the largest rate, at most 1: a scan of its logarithm, and a refinement. */
    BestRate best() {
        double first = Math.log(SLOWEST / zeta);
        double spacing = -first / SCAN;
        int best = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int k = 0; k <= SCAN; k++) {
            double growth = growth(Math.exp(first + k * spacing));
            if (growth < smallest) {
                best = k;
                smallest = growth;
            }
        }
        double start = first + best * spacing;
        UnivariatePointValuePair minimum = new BrentOptimizer(1e-9, 1e-12)
                .optimize(
                        new MaxEval(MOST_EVALUATIONS),
                        GoalType.MINIMIZE,
                        new SearchInterval(start - spacing, Math.min(0, start + spacing), start),
                        new UnivariateObjectiveFunction(logarithm -> growth(Math.exp(logarithm))));
        return new BestRate(Math.exp(minimum.getPoint()), 1 - minimum.getValue());
    }

    /**
     * The factor of the expected squared distance per step. A first period gives about the factor, by which all later
     * steps are divided, so that nothing overflows.
     */
    private double growth(double learningRate) {
        double a = (1 - learningRate) * (1 - learningRate);
        double c = (zeta - 1) * learningRate * learningRate;
        double logarithm = 0;
        double[] state = covariance.identity();
        for (int phase = 0; phase < period; phase++) {
            state = covariance.next(state, phase, a, c);
            double size = Arrays.stream(state).map(Math::abs).max().orElseThrow();
            if (size == 0) {
                return 0;
            }
            logarithm += Math.log(size);
            state = Arrays.stream(state).map(entry -> entry / size).toArray();
        }
        double factor = Math.exp(logarithm / period);
        PerronRoot root = PerronRoot.of(start -> afterPeriod(start, a / factor, c / factor), state);
        return factor * Math.pow(root.value(), 1.0 / period);
    }

    private double[] afterPeriod(double[] start, double a, double c) {
        double[] state = start;
        for (int phase = 0; phase < period; phase++) {
            state = covariance.next(state, phase, a, c);
        }
        return state;
    }
}
