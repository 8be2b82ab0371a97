package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import org.ejml.data.DMatrixRMaj;

/** Products of sparse mixing matrices with dense matrices. */
final class Mixing {

    private Mixing() {}

    /** The gossip step W X for the rows X [n, m] of the workers. Costs m times the number of weights. */
    static DMatrixRMaj times(MixingMatrix mixing, DMatrixRMaj x) {
        int columns = x.numCols;
        DMatrixRMaj mixed = new DMatrixRMaj(x.numRows, columns);
        for (int i = 0; i < x.numRows; i++) {
            for (int k = mixing.rowStart(i); k < mixing.rowStart(i + 1); k++) {
                double weight = mixing.weight(k);
                int from = mixing.column(k) * columns;
                int to = i * columns;
                for (int c = 0; c < columns; c++) {
                    mixed.data[to + c] += weight * x.data[from + c];
                }
            }
        }
        return mixed;
    }
}
