package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TranslationsTest {

    /** At step t, workers whose numbers differ in bit t average. */
    private static Scheme onePeerHypercube(int bits) {
        int n = 1 << bits;
        List<MixingMatrix> phases = new ArrayList<>();
        for (int bit = 0; bit < bits; bit++) {
            double[][] weights = new double[n][n];
            for (int i = 0; i < n; i++) {
                weights[i][i] = 0.4;
                weights[i][i ^ (1 << bit)] = 0.6;
            }
            phases.add(MixingMatrix.of(weights));
        }
        return new PeriodicScheme("one-peer hypercube", phases);
    }

    @Test
    void findsTheGroupOfTheMatrices() {
        assertEquals(Optional.of(Translations.CYCLIC), Translations.of(GoldenSchemes.of("Ring", 9)));
        assertEquals(Optional.of(Translations.CYCLIC), Translations.of(GoldenSchemes.of("Torus (2x16)", 32)));
        assertEquals(Optional.of(Translations.CYCLIC), Translations.of(GoldenSchemes.exponential(16)));
        assertEquals(Optional.of(Translations.CYCLIC), Translations.of(GoldenSchemes.localSteps(6, 3)));
        assertEquals(Optional.of(Translations.BINARY), Translations.of(GoldenSchemes.of("Hypercube", 16)));
        assertEquals(Optional.of(Translations.BINARY), Translations.of(onePeerHypercube(3)));
        assertEquals(Optional.empty(), Translations.of(RandomSchemes.chain(9)));
        assertEquals(Optional.empty(), Translations.of(GoldenSchemes.of("Star", 8)));
    }

    @Test
    void oneOtherWeightBreaksIt() {
        double[][] weights = GoldenSchemes.of("Ring", 9).at(0).toDense();
        weights[5][5] += 1e-9;
        weights[5][6] -= 1e-9;
        MixingMatrix broken = MixingMatrix.of(weights);
        MixingMatrix whole = GoldenSchemes.of("Ring", 9).at(0);
        assertEquals(Optional.empty(), Translations.of(new PeriodicScheme("broken", List.of(whole, broken))));
    }

    @Test
    void bothWaysGiveTheSameVariances() {
        List<Scheme> schemes =
                List.of(onePeerHypercube(3), GoldenSchemes.exponential(8), GoldenSchemes.of("Uni-ring", 7));
        for (Scheme scheme : schemes) {
            VarianceMap general = new PeriodicVarianceMap(scheme);
            VarianceMap invariant = new InvariantVarianceMap(scheme, Translations.of(scheme).orElseThrow());
            int phases = scheme.period().getAsInt();
            int n = scheme.workers();
            double[] noise = new double[phases];
            double[] noisePerWorker = new double[phases * n];
            for (int phase = 0; phase < phases; phase++) {
                noise[phase] = 1 + 0.7 * phase;
                for (int i = 0; i < n; i++) {
                    noisePerWorker[phase * n + i] = noise[phase];
                }
            }
            double[] expected = general.variances(0.93, noisePerWorker);
            double[] actual = invariant.variances(0.93, noise);
            for (int phase = 0; phase < phases; phase++) {
                assertEquals(expected[phase * n + 1], actual[phase], 1e-12);
                for (int i = 0; i < n; i++) {
                    assertArrayEquals(
                            general.covariance(0.93, phase)[i], invariant.covariance(0.93, phase)[i], 1e-12);
                }
            }
        }
    }
}
