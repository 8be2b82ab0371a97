package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwitchesTest {

    @Test
    void anEnvironmentChangesThoseItNames() {
        Switches switches = Switches.of(Map.of(
                "GOSSAMER_CUDA_ROUTES", " cudnn, own ", "GOSSAMER_CUDA_GRAPH", "OFF", "GOSSAMER_CUDA_WORKSPACE",
                "100"));
        assertEquals("own,cudnn", switches.value(Switch.ROUTES));
        assertEquals("off", switches.value(Switch.GRAPH));
        assertEquals(100L << 20, switches.workspaceBytes());
        assertEquals("GOSSAMER_CUDA_ROUTES=own,cudnn GOSSAMER_CUDA_GRAPH=off GOSSAMER_CUDA_WORKSPACE=100",
                switches.toString());
    }

    @Test
    void nothingGivenIsTheStandard() {
        assertEquals(Switches.STANDARD, Switches.of(Map.of("GOSSAMER_CUDA_GRAPH", " ", "GOSSAMER_CUDA_ROUTES", "")));
        assertEquals("standard", Switches.STANDARD.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ROUTES    | fast   | one or more of own, patches, cudnn, separated by commas",
        "ROUTES    | own,,  | one or more of own, patches, cudnn, separated by commas",
        "GRAPH     | yes    | on or off",
        "WORKSPACE | 0      | a whole number of MiB from 1 to 999999",
        "WORKSPACE | -5     | a whole number of MiB from 1 to 999999"})
    void anotherValueIsRefusedWithItsVariable(Switch key, String value, String allowed) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> Switches.of(Map.of(key.variable(), value)));
        String expected = key.variable() + " must be " + allowed + ", got \"";
        assertTrue(refusal.getMessage().startsWith(expected), refusal.getMessage());
    }

    @Test
    void variantsDifferFromTheBaselineInOneSwitchEach() {
        Switches baseline = Switches.STANDARD.with(Switch.GRAPH, "off");
        List<Switches> variants = baseline.variants();
        assertEquals(variants.size(), new HashSet<>(variants).size());
        for (Switches variant : variants) {
            assertEquals(1, List.of(Switch.values()).stream()
                    .filter(key -> !variant.value(key).equals(baseline.value(key))).count(), variant.toString());
        }
        int others = List.of(Switch.values()).stream().mapToInt(key -> key.others().size()).sum();
        assertEquals(others, variants.size());
    }
}
