package dev.gossamer.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShownTest {

    private static final Set<Integer> CONTROL = Set.of((int) Character.CONTROL, (int) Character.LINE_SEPARATOR,
            (int) Character.PARAGRAPH_SEPARATOR);

    @Test
    void whatATerminalActsOnIsEscaped() {
        assertEquals("\\u001b[31mred\\u001b[0m\\u000d\\u000a\\u0009end", Shown.line("\u001b[31mred\u001b[0m\r\n\tend"));
        assertEquals("\\u007f\\u0085\\u009b\\u2028\\u2029", Shown.line("\u007f\u0085\u009b\u2028\u2029"));
        assertEquals("ring\\u202egnir", Shown.line("ring\u202egnir"));
        String kept = "größer, 中文, é, 😀, \\u, \"quoted\"";
        assertEquals(kept, Shown.line(kept));
    }

    /** By the general categories of Unicode: Cc, Zl, Zp; and Bidi_Control, which Java does not know. */
    @Test
    void everyControlCharacterAndLineSeparatorIsEscaped() {
        for (int c = 0; c < 0xffff; c++) {
            int type = Character.getType(c);
            if (CONTROL.contains(type)) {
                assertTrue(Shown.mustBeEscaped((char) c), Integer.toHexString(c));
            }
        }
    }

    @Test
    void longValuesAreShortened() {
        assertEquals("\"" + "1".repeat(80) + "\"", Shown.value("1".repeat(80)));
        assertEquals("\"" + "1".repeat(80) + "...\" (200,000 characters)", Shown.value("1".repeat(200_000)));
        String line = Shown.line("cannot read " + "x".repeat(10_000) + ": File name too long");
        assertTrue(line.startsWith("cannot read xxx") && line.endsWith("x: File name too long"), line);
        assertTrue(line.length() <= 2010, "" + line.length());
    }

    @Test
    void numbersAreDigitsWithPointAndExponent() {
        assertEquals(0.05, Numbers.decimal("0.05"));
        assertEquals(1e-4, Numbers.decimal("1e-4"));
        assertEquals(0.5, Numbers.decimal(".5"));
        assertEquals(5, Numbers.decimal("+5."));
        assertEquals(-7, Numbers.whole("-7"));
        assertEquals(10, Numbers.integer("010"));
        for (String text : List.of("", " 1", "1f", "0.5d", "0x1p5", "1_0", "Infinity", "NaN", "1e400", "١", "1e", ".",
                "1,5", "--1", "0".repeat(101), "1".repeat(5_000_000))) {
            assertThrows(NumberFormatException.class, () -> Numbers.decimal(text), text);
        }
        for (String text : List.of("1.0", "1e3", "9223372036854775808", "0".repeat(101), "١", "")) {
            assertThrows(NumberFormatException.class, () -> Numbers.whole(text), text);
            assertThrows(NumberFormatException.class, () -> Numbers.integer(text), text);
        }
    }
}
