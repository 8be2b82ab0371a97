package dev.gossamer.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Pattern;

/** Damages texts at random, and judges what is said of them. */
public final class Damage {

    private static final String CHARACTERS =
            "\t{}[],:\"'&*!|>%@`#-?\n\r \\\u0000\u001b\u0085\ufeff\u202eé0e19.x";

    private static final Pattern JAVA = Pattern.compile(
            "Exception|Event\\b|JsonToken|Constraints|Feature|REDACTED|`(java|Stream|Coercion|Json)"
            + "|\\b(java|com|org|dev)\\.|Map\\[|\\w+\\[\\w+=|line -1|null\\[|Input length|Creator|deserialize");

    private Damage() {}

    /** One to three times: a character removed, inserted or replaced, a piece copied elsewhere, the end cut off. */
    public static byte[] of(String text, Random random) {
        StringBuilder damaged = new StringBuilder(text);
        for (int k = random.nextInt(3); k >= 0; k--) {
            int at = random.nextInt(Math.max(1, damaged.length()));
            char c = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
            switch (random.nextInt(10)) {
                case 0, 1 -> damaged.delete(at, at + 1);
                case 2, 3, 4 -> damaged.insert(at, c);
                case 5, 6 -> damaged.replace(at, at + 1, Character.toString(c));
                case 7, 8 -> damaged.insert(random.nextInt(damaged.length() + 1),
                        damaged.substring(at, Math.min(damaged.length(), at + 30)));
                default -> damaged.setLength(at);
            }
        }
        boolean latin = random.nextInt(20) == 0;
        return damaged.toString().getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /** A message is one line in a reader's words that names the file, and nothing in it moves a cursor. */
    public static void check(String message, Path file) {
        assertTrue(message.contains(file.toString()), message);
        assertEquals(Shown.escaped(message), message);
        assertFalse(JAVA.matcher(message.replace(file.toString(), "")).find(), message);
    }
}
