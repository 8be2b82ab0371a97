package dev.gossamer.engine;

import java.util.Arrays;
import java.util.List;

/** Vectors that a row is made of, one after another, cut where blocks begin: a piece is of one vector and one block. */
final class VectorPieces {

    private final int block;
    private final int[] starts;
    private final int[] vectors;
    private final int[] lengths;
    private final int[] firsts;

    /**
     * @param vectors their columns, which are all d
     * @param columns number of columns d
     * @param block columns of a block
     */
    VectorPieces(List<Columns> vectors, int columns, int block) {
        this.block = block;
        lengths = vectors.stream().mapToInt(vector -> vector.to() - vector.from()).toArray();
        int blocks = (columns + block - 1) / block;
        starts = new int[blocks + vectors.size() + 1];
        this.vectors = new int[blocks + vectors.size()];
        firsts = new int[blocks + 1];
        int piece = 0;
        int from = 0;
        for (int v = 0; v < lengths.length; v++) {
            checkFollows(vectors.get(v), from);
            while (from < vectors.get(v).to()) {
                if (from % block == 0) {
                    firsts[from / block] = piece;
                }
                starts[piece] = from;
                this.vectors[piece++] = v;
                from = Math.min(vectors.get(v).to(), from - from % block + block);
            }
        }
        if (from != columns) {
            throw new IllegalArgumentException("vectors end at column " + from + " of " + columns);
        }
        firsts[blocks] = piece;
        Arrays.fill(starts, piece, starts.length, columns);
    }

    private static void checkFollows(Columns vector, int from) {
        if (vector.from() != from || vector.to() <= from) {
            throw new IllegalArgumentException(vector + " cannot follow column " + (from - 1));
        }
    }

    /** Number of pieces. */
    int count() {
        return firsts[firsts.length - 1];
    }

    /** The first piece of a block; of the number of blocks, the number of pieces. */
    int first(int block) {
        return firsts[block];
    }

    /** First column of a piece in the row. */
    int column(int piece) {
        return starts[piece];
    }

    /** Where a piece begins in its block. */
    int from(int piece) {
        return starts[piece] % block;
    }

    /** Where a piece ends in its block. */
    int to(int piece) {
        return starts[piece] % block + starts[piece + 1] - starts[piece];
    }

    /** The vector that a piece is of. */
    int vector(int piece) {
        return vectors[piece];
    }

    /** Number of vectors. */
    int vectors() {
        return lengths.length;
    }

    /** Number of values of a vector. */
    int length(int vector) {
        return lengths[vector];
    }
}
