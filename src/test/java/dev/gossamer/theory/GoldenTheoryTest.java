package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers are those of the original research code, computed in double precision. */
class GoldenTheoryTest {

    static List<Named<JsonNode>> cases() {
        return StreamSupport.stream(GoldenSchemes.json("theory.json").get("cases").spliterator(), false)
                .map(golden -> Named.of(golden.get("topology").asText() + " " + golden.get("workers"), golden))
                .toList();
    }

    private static Scheme scheme(JsonNode golden) {
        Scheme scheme = GoldenSchemes.of(golden.get("topology").asText(), golden.get("workers").asInt());
        assertEquals(golden.get("period").asInt(), scheme.period().getAsInt());
        return scheme;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void effectiveNeighbors(JsonNode golden) {
        RandomWalk walk = RandomWalk.of(scheme(golden));
        for (JsonNode expected : golden.get("effective_neighbors")) {
            EffectiveNeighbors actual = walk.effectiveNeighbors(expected.get("gamma").asDouble());
            assertRelative(expected.get("mean"), actual.mean(), 1e-9);
            assertRelative(expected.get("worst"), actual.worst(), 1e-9);
            JsonNode phases = expected.get("mean_by_phase");
            assertEquals(phases.size(), actual.meanByPhase().length);
            for (int phase = 0; phase < phases.size(); phase++) {
                assertRelative(phases.get(phase), actual.meanByPhase()[phase], 1e-9);
            }
        }
    }

    /** Without knowing of circulants and symmetry, the general path finds the same. */
    @ParameterizedTest
    @MethodSource("cases")
    void effectiveNeighborsByDoubling(JsonNode golden) {
        VarianceMap general = new PeriodicVarianceMap(scheme(golden));
        for (JsonNode expected : golden.get("effective_neighbors")) {
            double gamma = expected.get("gamma").asDouble();
            double[] variances = general.variances(gamma);
            double sum = 0;
            double max = 0;
            for (int i = 0; i < general.classes(); i++) {
                sum += variances[i];
                max = Math.max(max, variances[i]);
            }
            assertRelative(expected.get("mean"), general.classes() / sum / (1 - gamma), 1e-9);
            assertRelative(expected.get("worst"), 1 / max / (1 - gamma), 1e-9);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void covariance(JsonNode golden) {
        Scheme scheme = scheme(golden);
        JsonNode expected = golden.get("covariance_row0").get("values");
        double gamma = golden.get("covariance_row0").get("gamma").asDouble();
        double[] actual = RandomWalk.of(scheme).covariance(gamma, 0)[0];
        double[] general = new PeriodicVarianceMap(scheme).covariance(gamma, 0)[0];
        assertEquals(expected.size(), actual.length);
        for (int j = 0; j < actual.length; j++) {
            assertEquals(expected.get(j).asDouble(), actual[j], 1e-10);
            assertEquals(expected.get(j).asDouble(), general[j], 1e-10);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rates(JsonNode golden) {
        RandomWalk walk = RandomWalk.of(scheme(golden));
        for (JsonNode expected : golden.get("random_quadratic")) {
            RandomQuadratic quadratic = new RandomQuadratic(walk, expected.get("zeta").asDouble());
            double learningRate = expected.get("learning_rate").asDouble();
            assertRate(expected.get("rate"), quadratic.rate(learningRate), 1e-7);
            boolean computed = golden.get("workers").asInt() <= 32;
            if (computed) { // the original forms a matrix of n^2 x n^2, and was not run for 64 workers
                assertRate(expected.get("rate_exact"), quadratic.exactRate(learningRate), 1e-8);
            }
        }
    }

    @Test
    void demoFigure() {
        JsonNode figure = GoldenSchemes.json("demo-figure.json");
        JsonNode learningRates = figure.get("learning_rates");
        figure.get("rates").properties().forEach(curve -> {
            Scheme scheme = GoldenSchemes.of(curve.getKey(), figure.get("workers").asInt());
            RandomQuadratic quadratic = new RandomQuadratic(scheme, figure.get("zeta").asDouble());
            for (int k = 0; k < learningRates.size(); k++) {
                assertRate(curve.getValue().get(k), quadratic.rate(learningRates.get(k).asDouble()), 1e-7);
            }
        });
    }

    @Test
    void spectralGaps() {
        for (JsonNode golden : GoldenSchemes.json("spectral-gaps.json")) {
            int n = golden.get("workers").asInt();
            double[][] weights = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    weights[i][j] = golden.get("matrix").get(i).get(j).asDouble();
                }
            }
            Scheme scheme = PeriodicScheme.constant(golden.get("topology").asText(), MixingMatrix.of(weights));
            assertEquals(golden.get("gap").asDouble(), SpectralGap.of(scheme), 1e-11, scheme.name());
        }
    }

    private static void assertRelative(JsonNode expected, double actual, double tolerance) {
        assertEquals(expected.asDouble(), actual, tolerance * expected.asDouble());
    }

    private static void assertRate(JsonNode expected, OptionalDouble actual, double tolerance) {
        assertTrue(expected.isNull() == actual.isEmpty(), () -> "expected " + expected + ", got " + actual);
        if (actual.isPresent()) {
            assertEquals(expected.asDouble(), actual.getAsDouble(), tolerance);
        }
    }
}
