package dev.gossamer.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {

    @Test
    void withoutATerminalItWritesALineAtEachTenthAndEachWarning() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        try (DownloadProgress progress = new DownloadProgress(new Console(stream, stream, 0))) {
            progress.warn("a.gz is odd");
            for (long done = 0; done <= 20_000_000; done += 1_000_000) {
                progress.progress("a.gz", done, 20_000_000);
            }
        }
        String[] lines = err.toString(StandardCharsets.UTF_8).split("\n");
        assertEquals("warning: a.gz is odd", lines[0]);
        assertEquals("a.gz: 2 of 20 MB", lines[2]);
        assertEquals("a.gz: 20 of 20 MB", lines[11]);
        assertEquals(12, lines.length);
    }
}
