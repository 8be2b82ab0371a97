package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Any scheme. Over a period, C -&gt; gamma^p P C P^T + S with P = W_(p-1) ... W_0, a discrete Lyapunov equation whose
 * solution is summed by doubling (Smith, "Matrix equation XA + BX = C", SIAM J. Appl. Math. 16, 1968) with the powers
 * P^(2^k), made once. Costs two products of dense [n, n] matrices per power that differs from its square, of which
 * there are about log2(36 / gap) for a spectral gap of P; and p products with sparse matrices.
 */
final class PeriodicVarianceMap implements VarianceMap, SteppedCovariance {

    private final Scheme scheme;
    private final PeriodProduct product;

    /** Makes the product over a period and its powers. */
    PeriodicVarianceMap(Scheme scheme) {
        this.scheme = scheme;
        this.product = PeriodProduct.of(scheme);
    }

    @Override
    public int phases() {
        return Period.of(scheme);
    }

    @Override
    public int classes() {
        return scheme.workers();
    }

    @Override
    public double[] variances(double gamma, double[] noise) {
        int n = classes();
        double[] variances = new double[phases() * n];
        DMatrixRMaj covariance = initialCovariance(gamma, noise);
        for (int phase = 0; phase < phases(); phase++) {
            for (int i = 0; i < n; i++) {
                variances[phase * n + i] = covariance.unsafe_get(i, i);
            }
            if (phase + 1 < phases()) {
                covariance = step(covariance, gamma, noise, phase);
            }
        }
        return variances;
    }

    @Override
    public double[][] covariance(double gamma, int phase) {
        double[] noise = unitNoise();
        DMatrixRMaj covariance = initialCovariance(gamma, noise);
        for (int step = 0; step < phase; step++) {
            covariance = step(covariance, gamma, noise, step);
        }
        return covariance.get2DData();
    }

    /** The covariance [n * n], row by row. */
    @Override
    public double[] identity() {
        return CommonOps_DDRM.identity(classes()).data;
    }

    @Override
    public double[] next(double[] covariance, int phase, double a, double c) {
        int n = classes();
        DMatrixRMaj noisy = new DMatrixRMaj(n, n);
        for (int k = 0; k < covariance.length; k++) {
            noisy.data[k] = a * covariance[k];
        }
        for (int i = 0; i < n; i++) {
            noisy.data[i * n + i] += c * covariance[i * n + i];
        }
        return mixed(noisy, phase).data;
    }

    private DMatrixRMaj initialCovariance(double gamma, double[] noise) {
        DMatrixRMaj covariance = new DMatrixRMaj(classes(), classes());
        for (int phase = 0; phase < phases(); phase++) {
            covariance = step(covariance, gamma, noise, phase);
        }
        product.sumOfDecayingConjugates(Math.pow(gamma, phases()), covariance);
        return covariance;
    }

    /** W (gamma C + diag(d)) W^T for the mixing matrix W and the noise d of a phase. */
    private DMatrixRMaj step(DMatrixRMaj covariance, double gamma, double[] noise, int phase) {
        int n = classes();
        DMatrixRMaj noisy = covariance.copy();
        CommonOps_DDRM.scale(gamma, noisy);
        for (int i = 0; i < n; i++) {
            noisy.unsafe_set(i, i, noisy.unsafe_get(i, i) + noise[phase * n + i]);
        }
        return mixed(noisy, phase);
    }

    /** W C W^T. */
    private DMatrixRMaj mixed(DMatrixRMaj covariance, int phase) {
        DMatrixRMaj half = Mixing.times(scheme.at(phase), covariance);
        CommonOps_DDRM.transpose(half);
        return Mixing.times(scheme.at(phase), half);
    }
}
