package dev.gossamer.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    private static final Key<Double> SIZE = Key.number("size", "0.5", "(0, 1]", "how large");
    private static final Key<Integer> COUNT = Key.integer("count", "", "[1, 9]", "how many");

    private record Named(String form, Pattern pattern, List<Key<?>> keys) implements Entry {}

    private static Named named(String form, Key<?>... keys) {
        return new Named(form, Pattern.compile(form.replace("N", "(\\d+)")), List.of(keys));
    }

    private final Catalogue<Named> shapes =
            new Catalogue<>("shape", List.of(named("circle", SIZE), named("N-gon", SIZE, COUNT), named("star")));

    @Test
    void namesAreFoundWithTheirNumbers() {
        assertEquals(List.of("circle", "N-gon", "star"), shapes.names());
        assertEquals("circle, N-gon or star", shapes.inWords());
        Catalogue.Match<Named> match = shapes.get("17-gon");
        assertEquals("N-gon", match.entry().form());
        assertEquals(17, match.parameters().integer(1));
        assertTrue(shapes.find("gon").isEmpty());
    }

    @Test
    void anUnknownNameNamesTheNearest() {
        assertEquals("unknown shape \"circel\"; did you mean \"circle\"?",
                assertThrows(ConfigurationException.class, () -> shapes.get("circel")).getMessage());
        assertEquals("unknown shape \"!\"; known are circle, N-gon, star",
                assertThrows(ConfigurationException.class, () -> shapes.get("!")).getMessage());
        Key<Named> key = shapes.key("shape", "star", "what it looks like");
        assertEquals("shape must be circle, N-gon or star, got \"strar\"; did you mean \"star\"?",
                assertThrows(ConfigurationException.class, () -> key.parse("strar")).getMessage());
    }

    @Test
    void twoOfOneNameAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Catalogue<>("shape", List.of(named("a"), named("a"))));
        assertEquals(List.of(SIZE, COUNT), shapes.keys());
        Key<Double> other = Key.number("size", "1", "(0, 2]", "of something else");
        var clash = new Catalogue<>("shape", List.of(named("a", SIZE), named("b", other)));
        assertTrue(assertThrows(IllegalArgumentException.class, clash::keys).getMessage()
                .startsWith("two keys are named size"));
    }

    @Test
    void settingsAreThoseOfTheEntrysKeys() {
        Values values = new Values(Map.of(SIZE, " 0.25 "));
        Settings settings = Settings.of(shapes.get("circle").entry(), values);
        assertEquals(0.25, settings.get(SIZE));
        assertThrows(NoSuchElementException.class, () -> settings.get(COUNT));
        Written written = new Written();
        settings.write(written);
        assertEquals(Map.of(SIZE, new BigDecimal("0.25")), written.values());
        assertEquals(settings, Settings.of(shapes.get("circle").entry(), new Values(Map.of(SIZE, "2.5e-1"))));
    }

    @Test
    void keysReadAndCheckAndAbsentOnesAreEmpty() {
        assertEquals(Optional.empty(), Values.NONE.find(COUNT));
        assertEquals(Optional.of(7), new Values(Map.of(COUNT, "7")).find(COUNT));
        assertEquals("count must be a whole number in [1, 9], got 10",
                assertThrows(ConfigurationException.class, () -> COUNT.parse("10")).getMessage());
        assertEquals("size must be a number in (0, 1], got 0",
                assertThrows(ConfigurationException.class, () -> SIZE.check(0.0)).getMessage());
        assertThrows(ConfigurationException.class, () -> SIZE.check(Double.NaN));
        assertEquals("count must be a whole number in [1, 9], got \"no\"", assertThrows(ConfigurationException.class,
                () -> new Values(Map.of(COUNT, "no")).check()).getMessage());
        Key<Thread.State> state = Key.choice("state", Thread.State.TIMED_WAITING, "of a thread");
        assertEquals(Thread.State.NEW, state.parse("new"));
        assertEquals("timed-waiting", state.write(state.parse(state.standard())));
        assertThrows(ConfigurationException.class, () -> Key.flag("loud", "or not").parse("yes"));
    }
}
