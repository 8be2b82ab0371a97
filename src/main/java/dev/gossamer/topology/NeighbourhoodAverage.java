package dev.gossamer.topology;

/**
 * Uniform weights: every worker averages itself and its neighbours, {@code W[i][j] = 1 / (1 + neighbours of i)}. Row
 * stochastic and nonnegative; symmetric and doubly stochastic only if all workers have equally many neighbours.
 */
public final class NeighbourhoodAverage {

    private NeighbourhoodAverage() {}

    /** The mixing matrix [n, n] of a graph of n workers; parallel edges count once. */
    public static MixingMatrix weights(Graph graph) {
        MixingMatrixBuilder w = new MixingMatrixBuilder(graph.workers());
        for (int i = 0; i < graph.workers(); i++) {
            for (int j : graph.neighbours(i)) {
                w.receive(i, j, 1.0 / (1 + graph.neighbours(i).size()));
            }
        }
        return w.build();
    }
}
