package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunEnvironmentTest {

    private static List<String> different(String before, String now) {
        return List.copyOf(RunEnvironment.differentPlugins(before, now));
    }

    /** A record may have been written to by hand: a jar may be there twice. */
    @Test
    void plugInsThatCameWentOrChangedDiffer() {
        assertEquals(List.of(), different("", ""));
        assertEquals(List.of(), different("a.jar 1, b.jar 2", "b.jar 2, a.jar 1"));
        assertEquals(List.of("a.jar"), different("", "a.jar 1"));
        assertEquals(List.of("a.jar"), different("a.jar 1, a.jar 1", ""));
        assertEquals(List.of("a b.jar", "c.jar"), different("a b.jar 1, d.jar 4", "a b.jar 2, c.jar 3, d.jar 4"));
    }
}
