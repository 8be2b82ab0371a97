package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologiesTest {

    @Test
    void namesAreThoseOfTheDocumentation() {
        assertEquals(
                List.of("ring", "fully-connected", "solo", "time-varying-exponential", "star", "hypercube", "torus",
                        "torus-RxC"),
                Topologies.names());
    }

    @Test
    void everyNameParsesBackFromWhatItsSchemePrints() {
        for (String form : Topologies.names()) {
            String name = form.replace("R", "2").replace("C", "8");
            Scheme scheme = Topologies.parse(name, 16);
            Scheme again = Topologies.parse(scheme.name(), 16);

            assertEquals(scheme.name(), again.name());
            assertEquals(scheme.period(), again.period());
            for (int step = 0; step < scheme.period(); step++) {
                assertArrayEquals(scheme.at(step).toDense(), again.at(step).toDense());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Ring, ring",
        "Fully connected, fully-connected",
        "Solo, solo",
        "Time-varying exponential, time-varying-exponential",
        "Time varying exponential, time-varying-exponential",
        "Star, star",
        "Hypercube, hypercube",
        "Torus, torus-4x8",
        "Torus (4x8), torus-4x8",
        "Torus (2x16), torus-2x16",
        "torus-02x16, torus-2x16",
        "'  ring ', ring",
        "FULLY_CONNECTED, fully-connected"
    })
    void acceptsOtherSpellings(String spelling, String name) {
        assertEquals(name, Topologies.parse(spelling, 32).name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "hypercube | 12 | hypercube needs a power of two workers, got 12; nearest: 8, 16",
        "hypercube | 1  | hypercube needs a power of two workers, got 1; nearest: 2",
        "torus     | 7  | torus needs workers that fill at least 2 rows and 2 columns, got 7; nearest: 6, 8",
        "torus     | 2  | torus needs workers that fill at least 2 rows and 2 columns, got 2; nearest: 4",
        "torus-4x8 | 30 | torus-4x8 needs 32 workers, got 30",
        "torus-1x8 | 8  | torus needs at least 2 rows and 2 columns, got 1x8",
        "torus-5x0 | 8  | torus needs at least 2 rows and 2 columns, got 5x0",
        "torus-999999999x999999999 | 8  | torus-999999999x999999999 needs 999999998000000001 workers, got 8",
        "ring      | 1  | ring needs at least 2 workers, got 1",
        "star      | 1  | star needs at least 2 workers, got 1",
        "time-varying-exponential | 1 | time-varying-exponential needs at least 2 workers, got 1",
        "solo      | 0  | a topology needs at least 1 worker, got 0",
        "ring      | -3 | a topology needs at least 1 worker, got -3"
    })
    void saysWhichNumbersOfWorkersFit(String name, int workers, String sentence) {
        assertEquals(sentence, refusal(name, workers));
    }

    @ParameterizedTest
    @CsvSource({
        "rng, ring",
        "ringg, ring",
        "fully, fully-connected",
        "exponential, time-varying-exponential",
        "hypercub, hypercube",
        "torus-4, torus-RxC",
        "torus-4xx8, torus-RxC",
        "torus-99999999999x2, torus-RxC",
        "slo, solo"
    })
    void unknownNameSuggestsTheNearest(String name, String nearest) {
        assertEquals(
                "unknown topology \"" + name + "\"; did you mean \"" + nearest + "\"? Known: ring, fully-connected, "
                        + "solo, time-varying-exponential, star, hypercube, torus, torus-RxC",
                refusal(name, 8));
    }

    private static String refusal(String name, int workers) {
        return assertThrows(IllegalArgumentException.class, () -> Topologies.parse(name, workers)).getMessage();
    }
}
