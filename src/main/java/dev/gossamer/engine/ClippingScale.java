package dev.gossamer.engine;

import dev.gossamer.algorithm.Compression;

/** The norm of a row, which clipping multiplies it by. */
final class ClippingScale extends SumMeasurement {

    private final Compression.Clipping clipping;

    ClippingScale(Compression.Clipping clipping, int rows, VectorPieces pieces) {
        super(clipping, rows, pieces);
        this.clipping = clipping;
    }

    @Override
    double sum(float[] values, int from, int to) {
        return Combination.squares(values, from, to);
    }

    @Override
    void compress(int row, int piece, float[] values, float[] out, int from, int to) {
        float factor = (float) clipping.factor(Math.sqrt(total(row, piece)));
        for (int k = from; k < to; k++) {
            out[k] = factor * values[k];
        }
    }
}
