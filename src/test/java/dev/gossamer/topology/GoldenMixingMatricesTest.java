package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The matrices are those of the original research code, computed in double precision. */
class GoldenMixingMatricesTest {

    private static final double TOLERANCE = 1e-9;

    record Golden(String topology, int workers, double[][][] matrices) {}

    static List<Golden> goldens() throws IOException {
        try (InputStream json = GoldenMixingMatricesTest.class.getResourceAsStream("mixing-matrices.json")) {
            return List.of(new ObjectMapper().readValue(json, Golden[].class));
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void agreesWithTheOriginal(Golden golden) {
        Scheme scheme = Topologies.parse(golden.topology, golden.workers);

        assertEquals(golden.matrices.length, scheme.period());
        for (int step = 0; step < 2 * scheme.period(); step++) {
            double[][] actual = scheme.at(step).toDense();
            double[][] expected = golden.matrices[step % golden.matrices.length];
            for (int i = 0; i < golden.workers; i++) {
                assertArrayEquals(expected[i], actual[i], TOLERANCE, "step " + step + ", row " + i);
            }
        }
    }
}
