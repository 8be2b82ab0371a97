package dev.gossamer.topology;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Lazy schemes: every worker keeps half of its own, {@code (W_t + I) / 2}. Rows, columns and symmetry stay as they are.
 *
 * @see <a href="https://doi.org/10.1109/TSP.2018.2875898">K. Yuan, B. Ying, X. Zhao, A. H. Sayed: Exact diffusion for
 *     distributed optimization and learning, part I. IEEE Transactions on Signal Processing 67, 2019</a>
 */
final class Lazy {

    private Lazy() {}

    /** The lazy form of a scheme, which keeps its period, with {@code +lazy} behind its name. */
    static Scheme of(Scheme scheme) {
        String name = scheme.name() + TopologyName.PLUS_LAZY;
        if (scheme.period().isEmpty()) {
            return new DrawnScheme(name, scheme.workers(), step -> scheme.at(step).lazy());
        }
        Map<MixingMatrix, MixingMatrix> once = new IdentityHashMap<>();
        return new PeriodicScheme(name, IntStream.range(0, scheme.period().getAsInt())
                .mapToObj(step -> once.computeIfAbsent(scheme.at(step), MixingMatrix::lazy)).toList());
    }
}
