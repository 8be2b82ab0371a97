package dev.gossamer.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.machine.Route;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where bf16 is refused, and with which sentence. */
class PrecisionTest {

    private static final Route CPU = new Route(Route.Kind.CPU, Optional.empty(), "");

    private static Placement placement(String precision) {
        return new Placement(new Stacked(), "cpu", 0, precision, 1);
    }

    @Test
    void aCpuHasToKnowIt() {
        assertEquals(Optional.empty(), Devices.refusal(new Stacked(), () -> true));
        assertEquals(Optional.of("this CPU has neither AVX512_BF16 nor AMX; give fp32, or a GPU by device cuda"),
                Devices.refusal(new Stacked(), () -> false));
        assertEquals(Optional.of("on a CPU it needs oneDNN, which cannot be loaded here (no jnidnnl); give fp32"),
                Devices.refusal(new Stacked(), () -> {
                    throw new UnsatisfiedLinkError("no jnidnnl");
                }));
    }

    @Test
    void onlyTheStackedEngineHasItOnACpu() {
        for (EngineKind kind : new EngineKind[] {new Dl4j(), new Reference()}) {
            assertEquals("precision bf16: engine " + kind.form()
                            + " has fp32 alone on a CPU; give fp32, or engine stacked",
                    assertThrows(ConfigurationException.class,
                            () -> Devices.checkPrecision(CPU, kind, placement("bf16"))).getMessage());
            Devices.checkPrecision(CPU, kind, placement("tf32"));
            Devices.checkPrecision(CPU, kind, placement("fp32"));
        }
    }
}
