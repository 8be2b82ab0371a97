package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Scheme;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GammaFitTest {

    private static final List<Scheme> SCHEMES = List.of(
            GoldenSchemes.of("Solo", 16),
            GoldenSchemes.of("Ring", 16),
            GoldenSchemes.of("Star", 16),
            GoldenSchemes.exponential(16),
            GoldenSchemes.localSteps(16, 4),
            GoldenSchemes.of("Fully connected", 16));

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.83, 0.951, 0.995})
    void findsTheGammaThatTheMeasurementsWereMadeWith(double gamma) {
        List<GammaFit.Measurement> measurements = SCHEMES.stream()
                .map(scheme -> new GammaFit.Measurement(
                        scheme, 0.02 * Math.pow(EffectiveNeighbors.of(scheme, gamma).periodMean(), 0.6)))
                .toList();
        GammaFit fit = GammaFit.ofMeasurements(measurements);
        assertEquals(gamma, fit.gamma(), 1e-5);
        assertEquals(1, fit.correlation(), 1e-12);
        assertFalse(fit.atBound());
    }

    @Test
    void findsTheGammaOfACovariance() {
        Scheme scheme = GoldenSchemes.exponential(16);
        double[][] measured = RandomWalk.of(scheme).covariance(0.951, 2);
        for (double[] row : measured) {
            for (int j = 0; j < row.length; j++) {
                row[j] = 0.3 + 1e-4 * row[j];
            }
        }
        GammaFit fit = GammaFit.ofCovariance(scheme, 2, measured);
        assertEquals(0.951, fit.gamma(), 1e-5);
        assertFalse(fit.atBound());
    }

    @Test
    void saysIfTheMeasurementsDoNotDetermineIt() {
        List<GammaFit.Measurement> measurements = List.of(
                new GammaFit.Measurement(GoldenSchemes.of("Solo", 16), 1),
                new GammaFit.Measurement(GoldenSchemes.of("Ring", 16), 16),
                new GammaFit.Measurement(GoldenSchemes.of("Star", 16), 16),
                new GammaFit.Measurement(GoldenSchemes.of("Fully connected", 16), 16));
        GammaFit fit = GammaFit.ofMeasurements(measurements);
        assertTrue(fit.atBound(), fit.toString());
        assertEquals(0.9999, fit.gamma(), 1e-6);
    }

    @Test
    void saysIfTheBestGammaIsTheSmallest() {
        Scheme scheme = GoldenSchemes.exponential(16);
        GammaFit fit = GammaFit.ofCovariance(scheme, 2, RandomWalk.of(scheme).covariance(0, 2));
        assertTrue(fit.atBound(), fit.toString());
        assertEquals(0, fit.gamma(), 1e-3);
    }

    @Test
    void rejectsWhatCannotBeFitted() {
        Scheme ring = GoldenSchemes.of("Ring", 8);
        GammaFit.Measurement one = new GammaFit.Measurement(ring, 1);
        assertEquals(
                "a fit of gamma needs at least 3 measurements, got 2",
                assertThrows(IllegalArgumentException.class, () -> GammaFit.ofMeasurements(List.of(one, one)))
                        .getMessage());
        assertEquals(
                "gamma cannot be fitted: all measurements are equal, or all predictions are",
                assertThrows(IllegalArgumentException.class, () -> GammaFit.ofMeasurements(List.of(one, one, one)))
                        .getMessage());
        assertEquals(
                "the measurement of Ring is positive and finite, got 0.0",
                assertThrows(IllegalArgumentException.class, () -> new GammaFit.Measurement(ring, 0))
                        .getMessage());
        assertEquals(
                "the covariance of 8 workers is of 8 rows and columns",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> GammaFit.ofCovariance(ring, 0, new double[8][7]))
                        .getMessage());
    }
}
