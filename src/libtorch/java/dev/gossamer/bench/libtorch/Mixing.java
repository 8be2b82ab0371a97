package dev.gossamer.bench.libtorch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * X &lt;- W X on a ring with weights of 1/3, or 1/2 for two workers: a matrix product, or sums of neighbouring rows for
 * columns that fit into a cache, whichever is faster here.
 */
final class Mixing {

    private static final int COLUMNS = 16384;
    private static final int TRIALS = 3;

    private final int workers;
    private final List<Tensor> matrices;
    private final Team team;
    private final Tensor weights;
    private final Scalar third = new Scalar(1.0 / 3);
    private final List<Piece> pieces = new ArrayList<>();
    private final ThreadLocal<Map<Long, Rows>> rows = ThreadLocal.withInitial(HashMap::new);
    private final boolean sparse;

    /** Columns of a matrix [n, columns], with its first and last row. */
    private record Piece(Tensor values, Tensor first, Tensor last) {}

    /** Rows -1 to n of a ring [n + 2, columns], and what is copied to it and read from it. */
    private record Rows(Tensor middle, Tensor above, Tensor below, Tensor first, Tensor last) {

        static Rows of(int n, long columns) {
            Tensor all = torch.empty(n + 2L, columns);
            return new Rows(all.narrow(0, 1, n), all.narrow(0, 0, n), all.narrow(0, 2, n), all.select(0, 0),
                    all.select(0, n + 1L));
        }
    }

    /** Tries both ways; the values are lost. */
    Mixing(Options options, List<Tensor> matrices, Team team) {
        workers = options.workers();
        this.matrices = matrices;
        this.team = team;
        weights = torch.tensor(ring(workers)).view(workers, workers);
        if (workers >= 3) {
            matrices.forEach(this::cut);
        }
        sparse = workers >= 3 && seconds(this::addRows) < seconds(this::multiply);
    }

    private static float[] ring(int n) {
        float[] ring = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j : new int[] {i, (i + 1) % n, (i + n - 1) % n}) {
                ring[i * n + j] = 1f / Math.min(n, 3);
            }
        }
        return ring;
    }

    private void cut(Tensor matrix) {
        for (long column = 0; column < matrix.size(1); column += COLUMNS) {
            Tensor values = matrix.narrow(1, column, Math.min(COLUMNS, matrix.size(1) - column));
            pieces.add(new Piece(values, values.select(0, 0), values.select(0, workers - 1L)));
        }
    }

    private static double seconds(Runnable mix) {
        mix.run();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIALS; i++) {
            long begin = System.nanoTime();
            mix.run();
            least = Math.min(least, System.nanoTime() - begin);
        }
        return least * 1e-9;
    }

    /** The way that is used. */
    String way() {
        return sparse ? "sparse" : "dense";
    }

    void mix() {
        if (sparse) {
            addRows();
        } else {
            multiply();
        }
    }

    private void addRows() {
        team.run(pieces.size(), this::addRows);
    }

    private void addRows(int i) {
        Piece piece = pieces.get(i);
        Rows copies = rows.get().computeIfAbsent(piece.values.size(1), columns -> Rows.of(workers, columns));
        try (PointerScope scope = new PointerScope()) {
            copies.middle.copy_(piece.values);
            copies.first.copy_(piece.last);
            copies.last.copy_(piece.first);
            torch.add_out(piece.values, copies.above, copies.below);
            piece.values.add_(copies.middle);
            piece.values.mul_(third);
        }
    }

    private void multiply() {
        try (PointerScope scope = new PointerScope()) {
            for (Tensor matrix : matrices) {
                matrix.copy_(torch.matmul(weights, matrix));
            }
        }
    }
}
