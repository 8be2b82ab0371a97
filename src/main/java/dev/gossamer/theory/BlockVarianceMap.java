package dev.gossamer.theory;

import java.util.ArrayList;
import java.util.List;

/**
 * Workers whose numbers differ by a multiple of a block b are alike, see {@link BlockCirculant}: the walk falls apart
 * into n / b walks of b numbers, each with the discrete Lyapunov equation of {@link PeriodicVarianceMap}. Costs some
 * (p + 20) n b^2 operations per gamma.
 */
final class BlockVarianceMap implements VarianceMap {

    private static final int MOST_POWERS = 40;
    private static final double ROUNDING = 1e-15;
    private static final double VANISHED = 1e-18;
    private static final double GROWN = 1e8;

    private final BlockCirculant matrices;
    private final List<Powers> powers = new ArrayList<>();

    /** P, P^2, P^4, ..., and whether the last equals its own square. */
    private record Powers(List<ComplexMatrix> list, boolean idempotent) {}

    /**
     * Multiplies the matrices of a period, and squares the products.
     *
     * @throws ArithmeticException if the powers grow, as they can with negative weights
     */
    BlockVarianceMap(BlockCirculant matrices) {
        this.matrices = matrices;
        for (int frequency = 0; 2 * frequency <= matrices.frequencies(); frequency++) {
            powers.add(powers(matrices.product(frequency), frequency == 0));
        }
    }

    private static Powers powers(ComplexMatrix product, boolean hasEqualWorkers) {
        List<ComplexMatrix> list = new ArrayList<>();
        ComplexMatrix power = hasEqualWorkers ? product.withRowsOfOne() : product;
        while (list.size() < MOST_POWERS) {
            list.add(power);
            ComplexMatrix square = power.times(power);
            if (hasEqualWorkers) {
                square = square.withRowsOfOne();
            }
            if (square.plus(-1, power).largestPart() <= ROUNDING) {
                return new Powers(list, true);
            }
            if (!(square.largestPart() < GROWN)) {
                throw new ArithmeticException("the mixing matrices amplify differences: their product over a period has"
                        + " an eigenvalue larger than 1");
            }
            power = square;
        }
        return new Powers(list, false);
    }

    @Override
    public int phases() {
        return matrices.period();
    }

    @Override
    public int classes() {
        return matrices.block();
    }

    @Override
    public double[] variances(double gamma, double[] noise) {
        int b = classes();
        double[] variances = new double[phases() * b];
        for (int frequency = 0; frequency < powers.size(); frequency++) {
            double share = (double) matrices.multiplicity(frequency) / matrices.frequencies();
            ComplexMatrix covariance = first(gamma, noise, frequency);
            for (int phase = 0; phase < phases(); phase++) {
                for (int r = 0; r < b; r++) {
                    variances[phase * b + r] += share * covariance.real()[r * b + r];
                }
                covariance = step(covariance, gamma, noise, phase, frequency);
            }
        }
        return variances;
    }

    @Override
    public double[][] covariance(double gamma, int phase) {
        int b = classes();
        int m = matrices.frequencies();
        double[][] firstRows = new double[b][b * m];
        for (int frequency = 0; frequency < powers.size(); frequency++) {
            ComplexMatrix covariance = first(gamma, unitNoise(), frequency);
            for (int t = 0; t < phase; t++) {
                covariance = step(covariance, gamma, unitNoise(), t, frequency);
            }
            double share = (double) matrices.multiplicity(frequency) / m;
            for (int q = 0; q < m; q++) {
                double angle = BlockCirculant.angle(frequency, q, m);
                for (int k = 0; k < b * b; k++) {
                    firstRows[k / b][k % b + b * q] += share * (Math.cos(angle) * covariance.real()[k]
                            + Math.sin(angle) * covariance.imaginary()[k]);
                }
            }
        }
        double[][] whole = new double[b * m][b * m];
        for (int i = 0; i < b * m; i++) {
            for (int j = 0; j < b * m; j++) {
                whole[i][(j + i - i % b) % (b * m)] = firstRows[i % b][j];
            }
        }
        return whole;
    }

    /** The covariance before step 0 at a frequency. */
    private ComplexMatrix first(double gamma, double[] noise, int frequency) {
        ComplexMatrix covariance = ComplexMatrix.zero(classes());
        for (int phase = 0; phase < phases(); phase++) {
            covariance = step(covariance, gamma, noise, phase, frequency);
        }
        Powers ofFrequency = powers.get(frequency);
        double decay = Math.pow(gamma, phases());
        int last = ofFrequency.list.size() - 1;
        for (int k = 0; k <= last && decay > VANISHED; k++) {
            boolean isRest = ofFrequency.idempotent && k == last;
            ComplexMatrix conjugate = ofFrequency.list.get(k).conjugating(covariance);
            covariance = covariance.plus(isRest ? decay / (1 - decay) : decay, conjugate);
            decay = isRest ? 0 : decay * decay;
        }
        Divergence.check(decay <= VANISHED && Double.isFinite(covariance.largestPart()), gamma);
        return covariance;
    }

    private ComplexMatrix step(ComplexMatrix covariance, double gamma, double[] noise, int phase, int frequency) {
        return matrices.symbols()[phase][frequency].conjugating(
                covariance.scaledPlusDiagonal(gamma, noise, phase * classes()));
    }
}
