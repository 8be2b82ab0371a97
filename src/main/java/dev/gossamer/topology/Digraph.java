package dev.gossamer.topology;

import java.util.Arrays;

/** A directed graph of workers 0, ..., n - 1, without loops: who sends to whom. Immutable. */
final class Digraph {

    private final int[][] receivers;

    /** @param receivers for each worker those that it sends to, ascending, each once, never itself; not copied */
    Digraph(int[][] receivers) {
        this.receivers = receivers;
    }

    /** Number of workers n. */
    int workers() {
        return receivers.length;
    }

    /** Number of workers that worker j sends to. */
    int outDegree(int j) {
        return receivers[j].length;
    }

    /**
     * Uniform shares of the sender: {@code W[i][j] = 1 / (1 + receivers of j)} for each i that j sends to, and for j
     * itself. Column stochastic and nonnegative; row stochastic only if every worker's shares arrive in equal measure.
     *
     * @see <a href="https://arxiv.org/abs/1811.10792">M. Assran, N. Loizou, N. Ballas, M. Rabbat: Stochastic gradient
     *     push for distributed deep learning. ICML 2019</a>
     */
    MixingMatrix shares() {
        int[] rowStarts = new int[workers() + 1];
        for (int j = 0; j < workers(); j++) {
            rowStarts[j + 1]++;
            for (int i : receivers[j]) {
                rowStarts[i + 1]++;
            }
        }
        Arrays.parallelPrefix(rowStarts, Integer::sum);
        int[] filled = Arrays.copyOf(rowStarts, workers());
        int[] columns = new int[rowStarts[workers()]];
        double[] weights = new double[columns.length];
        for (int j = 0; j < workers(); j++) {
            double share = 1.0 / (1 + outDegree(j));
            columns[filled[j]] = j;
            weights[filled[j]++] = share;
            for (int i : receivers[j]) {
                columns[filled[i]] = j;
                weights[filled[i]++] = share;
            }
        }
        return MixingMatrix.ofEntries(rowStarts, columns, weights);
    }

    /**
     * As comma-separated values: the number of workers as a comment, a header, and each arc once, in ascending order.
     * Equal graphs give equal text.
     */
    String text() {
        StringBuilder text = new StringBuilder(CsvGraph.WORKERS).append(workers()).append("\nfrom,to\n");
        for (int j = 0; j < workers(); j++) {
            for (int i : receivers[j]) {
                text.append(j).append(',').append(i).append('\n');
            }
        }
        return text.toString();
    }
}
