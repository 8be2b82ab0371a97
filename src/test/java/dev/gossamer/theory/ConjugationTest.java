package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConjugationTest {

    /** Two cliques have rows that are mostly those before them. */
    @ParameterizedTest
    @CsvSource({"chain,7", "star,70", "star+uniform,70", "two-cliques,70", "uni-ring,33", "erdos-renyi-0.5,64",
        "artificial-nice-0.5,40", "fully-connected,65", "solo,1"})
    void itIsTheProductOfDenseMatrices(String topology, int n) {
        MixingMatrix mixing = Topologies.parse(topology, n).at(0);
        DMatrixRMaj w = new DMatrixRMaj(mixing.toDense());
        DMatrixRMaj x = DMatrixRMaj.wrap(n, n, new Random(4).doubles((long) n * n, -1, 1).toArray());
        DMatrixRMaj half = new DMatrixRMaj(n, n);
        DMatrixRMaj expected = new DMatrixRMaj(n, n);
        CommonOps_DDRM.mult(w, x, half);
        CommonOps_DDRM.multTransB(half, w, expected);
        double[] result = new double[n * n];
        new Conjugation(mixing).apply(x.data, (i, row) -> System.arraycopy(row, 0, result, i * n, n));
        assertArrayEquals(expected.data, result, 1e-13);
    }
}
