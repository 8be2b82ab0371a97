package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.util.Arrays;
import java.util.Optional;

/**
 * How noise at the workers becomes variance at the workers in the random walk of a scheme,
 * x &lt;- W_t (sqrt(gamma) x + noise): the covariance C_t before step t is the periodic solution of
 * {@code C_(t+1) = W_t (gamma C_t + diag(d_t)) W_t^T} for noise of variance d_t at step t, and the map
 * M(gamma): d -&gt; (diag C_0, ..., diag C_(p-1)) is linear, with nonnegative entries that grow with gamma.
 *
 * <p>Vectors are of length phases x classes, phase by phase; all workers of a class have equal noise and equal
 * variance. Without symmetry that is known, every worker is a class of its own.
 */
interface VarianceMap {

    /** Most workers whose symmetric matrix is decomposed: of more, steps with the sparse matrix are faster. */
    int MOST_DECOMPOSED = 256;

    /**
     * The fastest map that fits a scheme: characters of a group, frequencies over blocks, eigenvectors, steps of a
     * Krylov space, or powers of the product over a period.
     */
    static VarianceMap of(Scheme scheme) {
        Optional<Translations> translations = Translations.of(scheme);
        if (translations.isPresent()) {
            return new InvariantVarianceMap(scheme, translations.get());
        }
        Optional<BlockCirculant> blocks = BlockCirculant.of(scheme);
        if (blocks.isPresent()) {
            return new BlockVarianceMap(blocks.get());
        }
        if (scheme.isStatic() && scheme.at(0).isSymmetric(SymmetricVarianceMap.TOLERANCE)) {
            return ofSymmetric(scheme.at(0));
        }
        return new PeriodicVarianceMap(scheme);
    }

    private static VarianceMap ofSymmetric(MixingMatrix matrix) {
        if (matrix.workers() <= MOST_DECOMPOSED) {
            return new SymmetricVarianceMap(matrix);
        }
        return SymmetricSpectrum.ofLowRank(matrix)
                .<VarianceMap>map(SymmetricVarianceMap::new)
                .orElseGet(() -> new LargeSymmetricMap(matrix));
    }

    /** Number of steps p of a period. */
    int phases();

    /** Number of classes of workers: n, 1 if all workers are alike, or b if worker i is like worker i mod b. */
    int classes();

    /**
     * The variances M(1), for noise of variance 1 at every worker and step.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1
     * @return variances [phases * classes], those before step 0 first
     * @throws ArithmeticException if the walk has no finite covariance
     */
    default double[] variances(double gamma) {
        return variances(gamma, unitNoise());
    }

    /** The variances M(d) for a noise vector d [phases * classes]; see {@link #variances(double)}. */
    double[] variances(double gamma, double[] noise);

    /** The covariance C_t [n, n] before step t = phase, for noise of variance 1; see {@link #variances(double)}. */
    double[][] covariance(double gamma, int phase);

    /** Noise of variance 1 [phases * classes]. */
    default double[] unitNoise() {
        double[] ones = new double[phases() * classes()];
        Arrays.fill(ones, 1);
        return ones;
    }
}
