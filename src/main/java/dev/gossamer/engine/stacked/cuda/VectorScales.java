package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Compression.Clipping;
import dev.gossamer.algorithm.Compression.Qsgd;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/** Mean magnitudes of vectors, or norms in levels or limits: sums of what blocks of an update's kernel added up. */
final class VectorScales implements Measurement {

    private final Gpu gpu;
    private final int rows;
    private final Pieces pieces;
    private final int levels;
    private final int vectors;
    private final long starts;
    private final long factors;
    private final long sums;
    private final long scales;

    VectorScales(Gpu gpu, ParameterLayout layout, Pieces pieces, Compression compression) {
        this.gpu = gpu;
        this.pieces = pieces;
        rows = layout.rows();
        levels = compression instanceof Qsgd qsgd ? qsgd.levels() : compression instanceof Clipping ? 1 : 0;
        List<Long> lengths = layout.vectors(compression);
        vectors = lengths.size();
        starts = Pieces.uploaded(gpu, new IntPointer(starts(layout, compression)), Integer.BYTES * (vectors + 1L));
        double[] multiples = lengths.stream().mapToDouble(length -> multiple(compression, length)).toArray();
        factors = Pieces.uploaded(gpu, new DoublePointer(multiples), (long) Double.BYTES * vectors);
        sums = gpu.allocate((long) Double.BYTES * rows * pieces.count(), "sums of columns");
        scales = gpu.allocate(2L * Double.BYTES * rows * vectors, "scales of compressions");
    }

    /** What the sum of a vector's magnitudes, or its norm, is multiplied by. */
    private static double multiple(Compression compression, long length) {
        if (compression instanceof Qsgd qsgd) {
            return qsgd.step(length);
        }
        return 1 / (compression instanceof Clipping clipping ? clipping.limit() : length);
    }

    /** The first piece of each vector of a row, and the number of pieces. */
    private int[] starts(ParameterLayout layout, Compression compression) {
        long[] table = layout.pieces(pieces.columns());
        return IntStream.rangeClosed(0, vectors).map(vector -> vector == vectors ? pieces.count()
                : !compression.isByTensor() ? 0
                : IntStream.range(0, pieces.count())
                        .filter(p -> table[(p + 1) * ParameterLayout.PIECE - 1] == vector).findFirst().orElseThrow())
                .toArray();
    }

    @Override
    public long target() {
        return sums;
    }

    @Override
    public long known() {
        return scales;
    }

    @Override
    public void launch(long keys) {
        gpu.launch("scale_vectors", new Gpu.Grid(rows * vectors, gpu.threads(), 1, gpu.threads() * Double.BYTES),
                sums, scales, starts, factors, levels, rows, pieces.count());
    }
}
