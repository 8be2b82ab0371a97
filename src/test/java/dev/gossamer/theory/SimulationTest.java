package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Scheme;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {

    static List<Scheme> schemes() {
        return RandomSchemes.small();
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void walksAgreeWithTheTheory(Scheme scheme) {
        EffectiveNeighbors theory = EffectiveNeighbors.of(scheme, 0.9);
        RandomWalkSimulation simulation = RandomWalkSimulation.run(scheme, 0.9, 4000, 1);
        assertTrue(simulation.mean().contains(theory.mean()), simulation.mean() + " for " + theory.mean());
        assertTrue(simulation.mean().upper() - simulation.mean().lower() < 0.15 * theory.mean());
        assertFalse(simulation.mean().contains(1.2 * theory.mean()));
        for (int i = 0; i < scheme.workers(); i++) {
            Estimate estimate = simulation.perWorker().get(i);
            assertEquals(theory.perWorker()[i], estimate.value(), 0.12 * theory.perWorker()[i], "worker " + i);
        }
    }

    @Test
    void theIntervalHoldsNinetyNineTimesOfAHundred() {
        Scheme scheme = GoldenSchemes.of("Ring", 8);
        double theory = EffectiveNeighbors.of(scheme, 0.8).mean();
        int hits = 0;
        for (int seed = 0; seed < 200; seed++) {
            hits += RandomWalkSimulation.run(scheme, 0.8, 500, seed).mean().contains(theory) ? 1 : 0;
        }
        assertTrue(hits >= 192 && hits <= 200, hits + " of 200"); // fewer than 192 of 200 happens once in 10,000 times
    }

    @Test
    void aSeedIsRepeatable() {
        Scheme scheme = GoldenSchemes.of("Ring", 4);
        RandomWalkSimulation first = RandomWalkSimulation.run(scheme, 0.5, 100, 7);
        assertEquals(first, RandomWalkSimulation.run(scheme, 0.5, 100, 7));
        assertNotEquals(first, RandomWalkSimulation.run(scheme, 0.5, 100, 8));
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void quadraticsConvergeAsTheExactRateSays(Scheme scheme) {
        int dimension = 10;
        int batch = 2;
        int steps = 12;
        double learningRate = 0.1;
        double theory = new RandomQuadratic(scheme, RandomQuadratic.zeta(dimension, batch))
                .exactRate(learningRate)
                .orElseThrow();
        Estimate estimate =
                new QuadraticSimulation(scheme, dimension, batch, learningRate, 36, steps, 3000, 3).rate();
        assertTrue(estimate.contains(theory), estimate + " for " + theory);
        assertTrue(estimate.upper() - estimate.lower() < 0.1 * theory, estimate.toString());
    }

    @Test
    void simulationsSayWhatTheyNeed() {
        Scheme scheme = GoldenSchemes.exponential(8);
        assertEquals(
                "a simulation needs at least 100 repetitions, got 5",
                assertThrows(IllegalArgumentException.class, () -> RandomWalkSimulation.run(scheme, 0.5, 5, 1))
                        .getMessage());
        assertEquals(
                "steps are a multiple of the period 3, got 4",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new QuadraticSimulation(scheme, 4, 1, 0.1, 0, 4, 100, 1))
                        .getMessage());
    }
}
