package dev.gossamer.topology;

import dev.gossamer.text.NpyArray;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads mixing matrices from a NumPy array of floats: one [n, n], or those of a period [p, n, n]; row i is what worker
 * i receives.
 *
 * @param source where the array is from, for messages
 * @param workers number of workers n that the matrices must have
 */
record NpyWeights(String source, int workers) {

    /**
     * Reads to the end.
     *
     * @throws IOException if reading fails
     * @throws IllegalArgumentException if these are no such matrices
     */
    List<MixingMatrix> read(InputStream npy) throws IOException {
        NpyArray array = NpyArray.read(source, npy);
        int[] shape = array.shape();
        int period = shape.length == 3 ? shape[0] : 1;
        boolean isSquare = shape.length >= 2 && shape.length <= 3 && shape[shape.length - 1] == workers
                && shape[shape.length - 2] == workers;
        if (!isSquare || period == 0 || !array.isOfFloats()) {
            throw new IllegalArgumentException(source + " is of " + array.type() + " " + Arrays.toString(shape)
                    + ": expected floats (f4, f8) of shape [" + workers + ", " + workers + "], or [p, " + workers
                    + ", " + workers + "] for p steps");
        }
        List<MixingMatrix> phases = new ArrayList<>();
        for (int step = 0; step < period; step++) {
            int first = step * workers;
            phases.add(CsvWeights.matrix(source, step, IntStream.range(0, workers)
                    .mapToObj(i -> row(array, first + i)).toList()));
        }
        return phases;
    }

    private double[] row(NpyArray array, int row) {
        double[] weights = IntStream.range(row * workers, (row + 1) * workers).mapToDouble(array::real).toArray();
        for (double weight : weights) {
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException(source + ": expected weights that are numbers, got " + weight
                        + " in row " + row + ", counted from 0");
            }
        }
        return weights;
    }
}
