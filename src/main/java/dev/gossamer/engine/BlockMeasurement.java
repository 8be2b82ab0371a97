package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.RandomBits;

/**
 * What a compression has to know of all columns of a row, and the compression by it. Rows are measured block by block
 * and by several threads; what comes out does not depend on their number.
 */
abstract class BlockMeasurement {

    private final Compression compression;
    private final VectorPieces pieces;
    private final RandomBits.Row[] bits;

    BlockMeasurement(Compression compression, int rows, VectorPieces pieces) {
        this.compression = compression;
        this.pieces = pieces;
        bits = new RandomBits.Row[rows];
    }

    /**
     * That of a compression.
     *
     * @param threads number of threads that choose
     */
    static BlockMeasurement of(Compression compression, int rows, VectorPieces pieces, int threads) {
        if (compression instanceof Compression.RandomK random) {
            return new RandomChoice(random, rows, pieces, threads);
        }
        if (compression instanceof Compression.TopK top) {
            return new Threshold(top, rows, pieces);
        }
        if (compression instanceof Compression.ScaledSign sign) {
            return new SignScale(sign, rows, pieces);
        }
        if (compression instanceof Compression.Qsgd levels) {
            return new LevelScale(levels, rows, pieces);
        }
        if (compression instanceof Compression.Clipping clipping) {
            return new ClippingScale(clipping, rows, pieces);
        }
        throw new IllegalArgumentException("there is nothing to measure for " + compression);
    }

    /** Bytes of the one of a compression, of rows of so many values in so many vectors and blocks. */
    static long bytes(Compression compression, int rows, long columns, int vectors, long blocks) {
        long pieces = vectors + blocks;
        if (compression instanceof Compression.RandomK) {
            return rows * (columns / Byte.SIZE);
        }
        return rows * (compression instanceof Compression.TopK
                ? vectors * (long) Integer.BYTES * Threshold.BINS + pieces * Integer.BYTES
                : pieces * Double.BYTES);
    }

    /** Begins a step. */
    void begin(Clock clock) {
        for (int i = 0; i < bits.length; i++) {
            bits[i] = compression.bits().row(clock, i);
        }
    }

    /** Whether values decide what is left of them. */
    final boolean isOfValues() {
        return compression.isOfValues();
    }

    /** Chooses what is kept of a row where values do not matter, before the first round. */
    void choose(int thread, int row) {
        // of most compressions, values decide
    }

    /** Measures a block of a row. */
    final void measure(int row, int block, float[] values) {
        for (int piece = pieces.first(block); piece < pieces.first(block + 1); piece++) {
            measure(row, piece, values, pieces.from(piece), pieces.to(piece));
        }
    }

    /** Ends a round over all columns; true if there has to be another one. */
    abstract boolean endRound();

    /** Compresses a block of a row. */
    final void compress(int row, int block, float[] values, float[] out) {
        for (int piece = pieces.first(block); piece < pieces.first(block + 1); piece++) {
            compress(row, piece, values, out, pieces.from(piece), pieces.to(piece));
        }
    }

    abstract void measure(int row, int piece, float[] values, int from, int to);

    abstract void compress(int row, int piece, float[] values, float[] out, int from, int to);

    /** The vector that a piece is of, among those of all rows. */
    final int vector(int row, int piece) {
        return row * pieces.vectors() + pieces.vector(piece);
    }

    final int rows() {
        return bits.length;
    }

    final VectorPieces pieces() {
        return pieces;
    }

    /** The random bits of a row. */
    final RandomBits.Row bits(int row) {
        return bits[row];
    }
}
