package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Spectrum;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The spectral gap of a scheme, 1 - |lambda_2|: lambda_2 is the eigenvalue of second largest size of the product
 * W_(p-1) ... W_0 over a period, the mixing matrix itself for a static topology. It is the rate at which differences
 * between workers die out in the long run: 0 if they do not, 1 if one period makes all workers equal. Where columns sum
 * to 1 and rows do not, it is the rate at which push-sum's ratios come to agree.
 *
 * <p>Costs n operations per weight of one worker if the matrices are unchanged by translations (see {@link
 * RandomWalk}), otherwise some 10 n^3 up to 256 workers. Of more, it is some hundred products with vectors, or n of
 * them where eigenvalues of a static symmetric matrix are close (see {@link Spectrum}), and at most 1,500 of others
 * (see {@link SecondEigenvalue}).
 */
public final class SpectralGap {

    /** Rounding of a gap of 0 or 1. That of a ring of a million workers, 1e-11, is not rounding. */
    private static final double ROUNDING = 1e-12;

    private SpectralGap() {}

    /**
     * The spectral gap over a period. It is negative if differences grow, as they can with negative weights.
     *
     * @throws ArithmeticException if the eigenvalues are not found: the iteration did not converge; or if rows sum to 1
     *     at some steps only and columns at others
     */
    public static double of(Scheme scheme) {
        double gap = 1 - secondLargest(scheme);
        double whole = Math.rint(gap);
        return Math.abs(gap - whole) < ROUNDING ? whole : gap;
    }

    private static double secondLargest(Scheme scheme) {
        Optional<Translations> translations = Translations.of(scheme);
        if (translations.isPresent()) {
            return secondLargest(sizesOfCharacters(scheme, translations.get()));
        }
        Optional<BlockCirculant> blocks = BlockCirculant.of(scheme);
        if (blocks.isPresent()) {
            return secondLargest(sizesOfBlocks(blocks.get()));
        }
        if (scheme.isStatic() && scheme.at(0).isSymmetric(SymmetricVarianceMap.TOLERANCE)) {
            return secondLargest(scheme.at(0));
        }
        return scheme.workers() > VarianceMap.MOST_DECOMPOSED
                ? SecondEigenvalue.size(scheme)
                : secondLargest(sizesOfProduct(scheme));
    }

    private static double secondLargest(MixingMatrix symmetric) {
        return symmetric.workers() > VarianceMap.MOST_DECOMPOSED
                ? Spectrum.of(symmetric).size()
                : secondLargest(Arrays.stream(SymmetricSpectrum.of(symmetric).eigenvalues()).map(Math::abs).toArray());
    }

    private static double[] sizesOfCharacters(Scheme scheme, Translations translations) {
        double[] sizes = new double[scheme.workers()];
        Arrays.fill(sizes, 1);
        for (int step = 0; step < Period.of(scheme); step++) {
            double[] squares = translations.squaredEigenvalues(scheme.at(step));
            for (int k = 0; k < sizes.length; k++) {
                sizes[k] *= Math.sqrt(squares[k]);
            }
        }
        return sizes;
    }

    /** Those of all frequencies that are kept, of which only frequency 0 has the eigenvalue of equal workers. */
    private static double[] sizesOfBlocks(BlockCirculant blocks) {
        return IntStream.rangeClosed(0, blocks.frequencies() / 2)
                .mapToObj(frequency -> blocks.product(frequency).eigenvalueSizes())
                .flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] sizesOfProduct(Scheme scheme) {
        int n = scheme.workers();
        EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(n, false, false);
        if (!decomposition.decompose(PeriodProduct.product(scheme))) {
            throw new ArithmeticException("the eigenvalues of " + scheme.name() + " for " + n
                    + " workers were not found: the iteration did not converge");
        }
        double[] sizes = new double[n];
        for (int k = 0; k < n; k++) {
            sizes[k] = decomposition.getEigenvalue(k).getMagnitude();
        }
        return sizes;
    }

    /** The largest size once the one nearest to 1, that of equal workers, is left out; 0 for a single worker. */
    private static double secondLargest(double[] sizes) {
        double[] ascending = sizes.clone();
        Arrays.sort(ascending);
        int nearest = ascending.length - 1;
        for (int k = 0; k < ascending.length; k++) {
            if (Math.abs(ascending[k] - 1) < Math.abs(ascending[nearest] - 1)) {
                nearest = k;
            }
        }
        int last = ascending.length - 1;
        int second = nearest == last ? last - 1 : last;
        return second < 0 ? 0 : ascending[second];
    }
}
