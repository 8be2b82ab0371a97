package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.topology.Scheme;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRatePredictionTest {

    @Test
    void ranksByWhatATopologyAllows() {
        List<Scheme> schemes = List.of(
                GoldenSchemes.of("Solo", 32),
                GoldenSchemes.of("Star", 32),
                GoldenSchemes.of("Ring", 32),
                GoldenSchemes.of("Hypercube", 32),
                GoldenSchemes.of("Local steps (4)", 32),
                GoldenSchemes.of("Fully connected", 32));
        List<LearningRatePrediction> ranking = LearningRatePrediction.rank(schemes, 0.951);
        assertEquals(
                List.of("Fully connected", "Hypercube", "Local steps (4)", "Ring", "Star", "Solo"),
                ranking.stream().map(prediction -> prediction.scheme().name()).toList());
        assertEquals(32, ranking.get(0).relativeLearningRate(), 1e-10);
        assertEquals(1, ranking.get(5).relativeLearningRate(), 1e-12);
        assertEquals(8.855549706221748, ranking.get(3).effectiveNeighbors(), 1e-9);
    }

    /**
     * In the quadratic problem of a given zeta, exact averaging has n_eff = n whatever gamma is: the best rates are
     * known.
     */
    @Test
    void agreesWithTheQuadraticWhereGammaDoesNotMatter() {
        Scheme all = GoldenSchemes.of("Fully connected", 32);
        Scheme solo = GoldenSchemes.of("Solo", 32);
        double ratio = new RandomQuadratic(all, 50).best().learningRate()
                / new RandomQuadratic(solo, 50).best().learningRate();
        assertEquals(ratio, LearningRatePrediction.of(all, 0.9, 50).relativeLearningRate(), 1e-5);
        assertEquals(
                LearningRatePrediction.of(all, 0.9).relativeLearningRate(),
                LearningRatePrediction.of(all, 0.9, 1e12).relativeLearningRate(),
                1e-6);
        assertEquals(1, LearningRatePrediction.of(all, 0.9, 1).relativeLearningRate(), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> LearningRatePrediction.of(all, 0.9, 0));
    }
}
