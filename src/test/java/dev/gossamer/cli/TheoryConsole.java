package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs commands that need neither experiments nor data, and reads what they print. */
public final class TheoryConsole {

    private final Path home;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    public TheoryConsole(Path home) {
        this.home = home;
    }

    public int run(String... arguments) {
        out.reset();
        err.reset();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                0);
        return new Main(home, (run, data) -> null, console).run(arguments);
    }

    /** What a command prints that does what it should. */
    public String text(String... arguments) {
        assertEquals(ExitCode.DONE, run(arguments), err());
        assertEquals("", err());
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What a command prints as JSON. */
    public JsonNode json(String... arguments) throws IOException {
        return new ObjectMapper().readTree(text(arguments));
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** The numbers of the original research code. */
    public static JsonNode golden(String file) throws IOException {
        try (InputStream stream = TheoryConsole.class.getResourceAsStream("/dev/gossamer/theory/" + file)) {
            return new ObjectMapper().readTree(stream);
        }
    }
}
