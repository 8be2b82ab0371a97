package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;

/**
 * Metropolis-Hastings weights of an undirected graph: {@code W[i][j] = 1 / (1 + max(degree(i), degree(j)))} for every
 * edge, and the rest of each row on the diagonal. Symmetric, doubly stochastic, nonnegative.
 *
 * @see <a href="https://doi.org/10.1109/IPSN.2005.1440896">L. Xiao, S. Boyd, S. Lall: A scheme for robust distributed
 *     sensor fusion based on average consensus. IPSN 2005</a>
 */
public final class MetropolisHastings {

    private MetropolisHastings() {}

    /** The mixing matrix [n, n] of a graph of n workers. */
    public static MixingMatrix weights(Graph graph) {
        MixingMatrixBuilder w = new MixingMatrixBuilder(graph.workers());
        for (Edge edge : graph.edges()) {
            w.exchange(edge.a(), edge.b(), 1.0 / (1 + Math.max(graph.degree(edge.a()), graph.degree(edge.b()))));
        }
        return w.build();
    }
}
