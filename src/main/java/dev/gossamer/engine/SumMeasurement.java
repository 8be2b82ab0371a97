package dev.gossamer.engine;

import dev.gossamer.algorithm.Compression;
import java.util.Arrays;

/**
 * What follows from a sum over each vector, in double precision: of pieces, which are then added one after another.
 */
abstract class SumMeasurement extends BlockMeasurement {

    private final double[][] sums;
    private final double[] totals;

    SumMeasurement(Compression compression, int rows, VectorPieces pieces) {
        super(compression, rows, pieces);
        sums = new double[rows][pieces.count()];
        totals = new double[rows * pieces.vectors()];
    }

    @Override
    void measure(int row, int piece, float[] values, int from, int to) {
        sums[row][piece] = sum(values, from, to);
    }

    @Override
    boolean endRound() {
        Arrays.fill(totals, 0);
        for (int row = 0; row < rows(); row++) {
            for (int piece = 0; piece < pieces().count(); piece++) {
                totals[vector(row, piece)] += sums[row][piece];
            }
        }
        return false;
    }

    abstract double sum(float[] values, int from, int to);

    /** Sum over the vector that a piece is of. */
    final double total(int row, int piece) {
        return totals[vector(row, piece)];
    }
}
