package dev.gossamer.engine;

import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.RandomBits;

/** The norm of a vector, of which values become levels. */
final class LevelScale extends SumMeasurement {

    private final Compression.Qsgd compression;

    LevelScale(Compression.Qsgd compression, int rows, VectorPieces pieces) {
        super(compression, rows, pieces);
        this.compression = compression;
    }

    @Override
    double sum(float[] values, int from, int to) {
        return Combination.squares(values, from, to);
    }

    @Override
    void compress(int row, int piece, float[] values, float[] out, int from, int to) {
        double norm = Math.sqrt(total(row, piece));
        double perNorm = norm == 0 ? 0 : compression.levels() / norm;
        double step = norm * compression.step(pieces().length(pieces().vector(piece)));
        RandomBits.Row bits = bits(row);
        int first = pieces().column(piece) - from;
        for (int k = from; k < to; k++) {
            double xi = (bits.at(first + k) >>> 8) * 0x1p-24;
            out[k] = (float) (step * Combination.sign(values[k]) * Math.floor(perNorm * Math.abs(values[k]) + xi));
        }
    }
}
