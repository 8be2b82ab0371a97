package dev.gossamer.topology;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Doubly stochastic weights by Sinkhorn scaling: the columns and then the rows of a positive matrix on the pattern of a
 * graph (its edges in both directions, and the diagonal) are divided by their sums, again and again. Nonnegative.
 *
 * <p>Seconds with tens of thousands of weights, where a graph needs very many iterations; minutes, and gigabytes, with
 * the millions of weights of a dense graph of thousands of workers. Whether they are found is known in advance only
 * where that is tried out: with up to 20,000 weights, and up to 1,000 workers where a graph may be dense.
 *
 * @see <a href="https://doi.org/10.2140/pjm.1967.21.343">R. Sinkhorn, P. Knopp: Concerning nonnegative matrices and
 *     doubly stochastic matrices. Pacific Journal of Mathematics 21, 1967</a>
 */
public final class Sinkhorn {

    private static final double TOLERANCE = 1e-13;
    private static final int MOST_ITERATIONS = 100_000;

    /** Weights that all iterations together may change: with few weights, seconds of work. */
    private static final long MOST_CHANGES = 2_000_000_000;

    /** Weights up to which a check finds them, and workers up to which it makes a dense graph to count them. */
    private static final long MOST_CHECKED = 20_000;
    private static final int MOST_OF_DENSE = 1000;

    private final MixingMatrix pattern;
    private final double[] weights;

    /** Starts with the parameters that lie on the pattern, in its order of entries. */
    private Sinkhorn(Graph graph, double[][] parameters) {
        pattern = NeighbourhoodAverage.weights(graph);
        weights = new double[pattern.rowStart(graph.workers())];
        for (int i = 0; i < graph.workers(); i++) {
            for (int k = pattern.rowStart(i); k < pattern.rowStart(i + 1); k++) {
                weights[k] = parameters[i][pattern.column(k)];
                if (!(weights[k] > 0 && weights[k] < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("Sinkhorn scaling needs positive parameters, got " + weights[k]
                            + " in row " + i + ", column " + pattern.column(k));
                }
            }
        }
    }

    /**
     * The doubly stochastic fit of a graph: equal parameters, scaled until every column sums to 1 within 1e-13. Of all
     * doubly stochastic matrices on the graph, the one of the largest entropy.
     *
     * @throws IllegalArgumentException if this takes more than 100,000 iterations, fewer with over 20,000 weights
     */
    public static MixingMatrix weights(Graph graph) {
        double[][] ones = new double[graph.workers()][graph.workers()];
        for (double[] row : ones) {
            Arrays.fill(row, 1);
        }
        Sinkhorn scaling = new Sinkhorn(graph, ones);
        long most = Math.min(MOST_ITERATIONS, MOST_CHANGES / scaling.weights.length);
        for (int iteration = 0; iteration < most; iteration++) {
            scaling.iterate();
            if (scaling.columnError() <= TOLERANCE) {
                return scaling.matrix();
            }
        }
        throw new IllegalArgumentException("sinkhorn weights of this graph of " + graph.workers()
                + " workers are not found within " + most
                + " iterations; try symmetric or metropolis-hastings");
    }

    /**
     * Throws what {@link #weights(Graph)} would throw, if there are at most 20,000 weights, of at most 1,000 workers
     * where the graph is not made quickly. Others are not looked for: that may take minutes.
     */
    static void check(NamedGraph named) {
        if (named.isQuick() || named.workers() <= MOST_OF_DENSE) {
            Graph graph = named.graph().get();
            long weights = graph.workers() + IntStream.range(0, graph.workers())
                    .mapToLong(i -> graph.neighbours(i).size()).sum();
            if (weights <= MOST_CHECKED) {
                weights(graph);
            }
        }
    }

    /**
     * The learnable parametrisation: parameters scaled a fixed number of times, a smooth function of them.
     *
     * @param parameters [n, n], positive on the edges and the diagonal; the others do not matter
     * @param iterations number of times that columns and rows are scaled, at least 1
     * @throws IllegalArgumentException if the parameters are of another shape or not positive, or there is no iteration
     */
    public static MixingMatrix weights(Graph graph, double[][] parameters, int iterations) {
        Sizes.requireSquare(graph.workers(), parameters);
        if (iterations < 1) {
            throw new IllegalArgumentException("Sinkhorn scaling needs at least 1 iteration, got " + iterations);
        }
        Sinkhorn scaling = new Sinkhorn(graph, parameters);
        for (int iteration = 0; iteration < iterations; iteration++) {
            scaling.iterate();
        }
        return scaling.matrix();
    }

    private void iterate() {
        double[] columnSums = columnSums();
        for (int i = 0; i < pattern.workers(); i++) {
            double rowSum = 0;
            for (int k = pattern.rowStart(i); k < pattern.rowStart(i + 1); k++) {
                weights[k] /= columnSums[pattern.column(k)];
                rowSum += weights[k];
            }
            for (int k = pattern.rowStart(i); k < pattern.rowStart(i + 1); k++) {
                weights[k] /= rowSum;
            }
        }
    }

    private double[] columnSums() {
        double[] sums = new double[pattern.workers()];
        for (int k = 0; k < weights.length; k++) {
            sums[pattern.column(k)] += weights[k];
        }
        return sums;
    }

    private double columnError() {
        return Arrays.stream(columnSums()).map(sum -> Math.abs(sum - 1)).max().orElseThrow();
    }

    private MixingMatrix matrix() {
        return MixingMatrix.ofRows(pattern.workers(), i -> {
            double[] row = new double[pattern.workers()];
            for (int k = pattern.rowStart(i); k < pattern.rowStart(i + 1); k++) {
                row[pattern.column(k)] = weights[k];
            }
            return row;
        });
    }
}
