package dev.gossamer.topology;

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
        return MixingMatrix.ofRows(graph.workers(), i -> row(graph, i));
    }

    private static double[] row(Graph graph, int i) {
        double[] row = new double[graph.workers()];
        double rest = 1;
        for (int j : graph.neighbours(i)) {
            row[j] = 1.0 / (1 + Math.max(graph.degree(i), graph.degree(j)));
            rest -= row[j];
        }
        row[i] = rest;
        return row;
    }
}
