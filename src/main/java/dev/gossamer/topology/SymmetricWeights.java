package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Symmetric weights of a graph, free on the edges, the rest of each row on the diagonal: symmetric and doubly
 * stochastic, but weights may be negative.
 */
public final class SymmetricWeights {

    private SymmetricWeights() {}

    /**
     * The symmetric fit of a graph: of all symmetric doubly stochastic matrices on its edges and the diagonal, the one
     * nearest to the {@linkplain NeighbourhoodAverage average over neighbourhoods} U in the Frobenius norm
     * (nonnegativity not imposed). By Lagrange multipliers, {@code W = (U + U^T) / 2 + (m_i + m_j) / 2} on the pattern,
     * with m such that rows sum to 1: a positive definite linear system. Cost: n^3.
     */
    public static MixingMatrix weights(Graph graph) {
        int n = graph.workers();
        MixingMatrix uniform = NeighbourhoodAverage.weights(graph);
        DMatrixRMaj pattern = new DMatrixRMaj(n, n);
        DMatrixRMaj missing = new DMatrixRMaj(n, 1);
        for (int i = 0; i < n; i++) {
            int size = graph.neighbours(i).size() + 1;
            double sum = uniform.get(i, i);
            pattern.set(i, i, (size + 1) / 2.0);
            for (int j : graph.neighbours(i)) {
                pattern.set(i, j, 0.5);
                sum += middle(uniform, i, j);
            }
            missing.set(i, 0, 1 - sum);
        }
        DMatrixRMaj multipliers = solve(pattern, missing);
        MixingMatrixBuilder w = new MixingMatrixBuilder(n);
        for (Edge edge : graph.edges()) {
            double shift = (multipliers.get(edge.a(), 0) + multipliers.get(edge.b(), 0)) / 2;
            w.exchange(edge.a(), edge.b(), middle(uniform, edge.a(), edge.b()) + shift);
        }
        return w.build();
    }

    private static double middle(MixingMatrix w, int i, int j) {
        return (w.get(i, j) + w.get(j, i)) / 2;
    }

    private static DMatrixRMaj solve(DMatrixRMaj positiveDefinite, DMatrixRMaj right) {
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(positiveDefinite.getNumRows());
        if (!solver.setA(positiveDefinite)) {
            throw new ArithmeticException("the linear system of a symmetric fit is not positive definite");
        }
        DMatrixRMaj solution = new DMatrixRMaj(right.getNumRows(), 1);
        solver.solve(right, solution);
        return solution;
    }

    /**
     * The learnable parametrisation: parameter [i][j], i &lt; j, is the weight of edge i-j in both directions.
     *
     * @param parameters [n, n], finite on the edges; what is not an edge above the diagonal does not matter
     * @throws IllegalArgumentException if the parameters are of another shape or not finite
     */
    public static MixingMatrix weights(Graph graph, double[][] parameters) {
        Sizes.requireSquare(graph.workers(), parameters);
        MixingMatrixBuilder w = new MixingMatrixBuilder(graph.workers());
        for (Edge edge : graph.edges()) {
            w.exchange(edge.a(), edge.b(), parameters[edge.a()][edge.b()]);
        }
        return w.build();
    }
}
