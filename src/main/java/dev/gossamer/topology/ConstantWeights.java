package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.util.Arrays;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The same weight a for every edge, {@code W = I - a L} with the Laplacian L of the graph (parallel edges count once).
 * Symmetric and doubly stochastic; nonnegative if a is at most 1 / (largest number of neighbours).
 *
 * @see <a href="https://doi.org/10.1016/j.sysconle.2004.02.022">L. Xiao, S. Boyd: Fast linear iterations for
 *     distributed averaging. Systems &amp; Control Letters 53, 2004, section 4</a>
 */
public final class ConstantWeights {

    private ConstantWeights() {}

    /**
     * The mixing matrix [n, n] of a graph and a weight.
     *
     * @param weight the weight a of every edge, above 0, at most 1
     * @throws IllegalArgumentException if the weight is out of range
     */
    public static MixingMatrix weights(Graph graph, double weight) {
        checkWeight(weight);
        MixingMatrixBuilder w = new MixingMatrixBuilder(graph.workers());
        for (Edge edge : graph.edges()) {
            w.exchange(edge.a(), edge.b(), weight);
        }
        return w.build();
    }

    static void checkWeight(double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("constant-A needs a weight A above 0 and at most 1, got " + weight);
        }
    }

    /** The weight 1 / (1 + largest number of neighbours): nonnegative for every graph. */
    public static MixingMatrix nonnegative(Graph graph) {
        return weights(graph, 1.0 / (1 + graph.maxNeighbours()));
    }

    /**
     * The weight {@code 2 / (largest + second smallest eigenvalue of L)}, of all constant ones that of the largest
     * spectral gap. Weights on the diagonal may be negative. Cost: n^3.
     *
     * @throws IllegalArgumentException if the graph is disconnected or of a single worker
     */
    public static MixingMatrix fastest(Graph graph) {
        int n = graph.workers();
        checkFastest(new NamedGraph("", n, Optional.of(graph), true, () -> graph));
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, false, true);
        if (!eigen.decompose(laplacian(graph))) {
            throw new ArithmeticException("the eigenvalues of a graph of " + n + " workers were not found");
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = eigen.getEigenvalue(i).getReal();
        }
        Arrays.sort(values);
        return weights(graph, 2 / (values[1] + values[n - 1]));
    }

    /** @throws IllegalArgumentException if a graph is disconnected or of a single worker */
    static void checkFastest(NamedGraph graph) {
        if (graph.workers() < 2 || !graph.isConnected()) {
            throw new IllegalArgumentException("best-constant weights need a connected graph of at least 2 workers");
        }
    }

    private static DMatrixRMaj laplacian(Graph graph) {
        DMatrixRMaj laplacian = new DMatrixRMaj(graph.workers(), graph.workers());
        for (int i = 0; i < graph.workers(); i++) {
            laplacian.set(i, i, graph.neighbours(i).size());
            for (int j : graph.neighbours(i)) {
                laplacian.set(i, j, -1);
            }
        }
        return laplacian;
    }
}
