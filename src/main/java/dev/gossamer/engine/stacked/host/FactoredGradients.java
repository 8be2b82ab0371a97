package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.BlockReader;
import dev.gossamer.engine.Columns;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The gradient matrix, of which the columns of dense layers need not be in memory: where the update reads a block of
 * them, they are computed from what they are products of, as long as the mini-batch is small and a step reads them only
 * once. The other columns lie in the rows of the matrix.
 */
final class FactoredGradients implements BlockReader, AutoCloseable {

    /** Most rows: blocks of more have few columns, less than a row of weights, which are slow to compute one by one. */
    private static final int MOST_ROWS = 64;

    /** Neighbouring columns that are computed, or not. */
    private record Segment(Columns columns, DenseFactors factors, boolean isBias) {}

    private final List<DenseFactors> layers;
    private final List<Segment> segments = new ArrayList<>();
    private final FloatBuffer[] rows;
    private final boolean[] isReplaced;
    private final ProductPiece[] pieces;

    /**
     * @param layers those that may be factored, see {@link #layers}
     * @param threads number of threads that read
     */
    FactoredGradients(List<DenseFactors> layers, List<FloatBuffer> rows, int threads) {
        this.layers = layers;
        this.rows = rows.toArray(FloatBuffer[]::new);
        isReplaced = new boolean[this.rows.length];
        pieces = new ProductPiece[layers.isEmpty() ? 0 : threads];
        Arrays.setAll(pieces, t -> new ProductPiece(DenseFactors.MOST_IMAGES));
        for (DenseFactors layer : layers) {
            for (Columns columns : layer.columns()) {
                segments.add(new Segment(columns, layer, segments.size() % 2 == 1));
            }
        }
        segments.sort((a, b) -> Integer.compare(a.columns.from(), b.columns.from()));
    }

    /** The layers of a program whose gradients may be factored: none where the update reads them more than once. */
    static List<DenseFactors> layers(Program training, int workers, Update rule) {
        return workers <= MOST_ROWS && rule.traces().stream().allMatch(trace -> trace.isReadOnce(rule.gradients()))
                ? training.operations().stream().filter(Backward.MultiplyWeights.class::isInstance)
                        .map(operation -> ((Backward.MultiplyWeights) operation).forward())
                        .filter(DenseFactors::isWorth)
                        .map(layer -> new DenseFactors(layer, workers)).toList()
                : List.of();
    }

    /** That layer's; nothing where it may not be factored. */
    static Optional<DenseFactors> of(List<DenseFactors> layers, Forward.Multiply layer) {
        return layers.stream().filter(factors -> factors.weight().equals(layer.weight())).findFirst();
    }

    /** Gets ready for mini-batches of so many images. */
    void begin(int images) {
        Arrays.fill(isReplaced, false);
        layers.forEach(layer -> layer.begin(images));
    }

    /** The columns that lie in memory with mini-batches of the present size. */
    List<Columns> columnsInMemory() {
        List<Columns> all = new ArrayList<>();
        int at = 0;
        for (Segment segment : segments) {
            if (segment.factors.isInUse()) {
                all.add(new Columns(at, segment.columns.from()));
                at = segment.columns.to();
            }
        }
        all.add(new Columns(at, rows[0].capacity()));
        all.removeIf(columns -> columns.from() == columns.to());
        return all;
    }

    @Override
    public void read(int thread, int row, int from, float[] values, int length) {
        int at = from;
        int end = from + length;
        for (Segment segment : segments) {
            int start = Math.max(at, segment.columns.from());
            int stop = Math.min(end, segment.columns.to());
            if (start < stop && segment.factors.isInUse() && !isReplaced[row]) {
                rows[row].get(at, values, at - from, start - at);
                int first = segment.columns.from();
                segment.factors.read(row, segment.isBias, start - first, stop - first, pieces[thread], values,
                        start - from);
                at = stop;
            }
        }
        rows[row].get(at, values, at - from, end - at);
    }

    @Override
    public void replaced(int row) {
        isReplaced[row] = true;
    }

    @Override
    public void close() {
        layers.forEach(DenseFactors::close);
        Arrays.stream(pieces).forEach(ProductPiece::close);
    }
}
