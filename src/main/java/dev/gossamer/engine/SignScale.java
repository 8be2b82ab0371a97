package dev.gossamer.engine;

import dev.gossamer.algorithm.Compression;

/** The mean magnitude of a vector, which signs are multiplied by. */
final class SignScale extends SumMeasurement {

    SignScale(Compression.ScaledSign compression, int rows, VectorPieces pieces) {
        super(compression, rows, pieces);
    }

    @Override
    double sum(float[] values, int from, int to) {
        return Combination.magnitudes(values, from, to);
    }

    @Override
    void compress(int row, int piece, float[] values, float[] out, int from, int to) {
        float scale = (float) (total(row, piece) / pieces().length(pieces().vector(piece)));
        for (int k = from; k < to; k++) {
            out[k] = scale * Combination.sign(values[k]);
        }
    }
}
