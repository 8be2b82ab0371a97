package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    Path folder;

    private Path file;
    private Path unfinished;

    @BeforeEach
    void name() {
        file = folder.resolve("chart.svg");
        unfinished = folder.resolve("chart.svg.part");
    }

    @Test
    void replacesAnOlderFile() throws IOException {
        WholeFile.write(file, "older and longer");
        WholeFile.write(file, "newer é");
        assertEquals("newer é", Files.readString(file));
        assertFalse(Files.exists(unfinished));
    }

    @Test
    void whereItCannotWriteTheOlderFileStays() throws IOException {
        WholeFile.write(file, "older");
        Files.createDirectories(unfinished.resolve("in-the-way"));
        assertThrows(RecordException.class, () -> WholeFile.write(file, "newer"));
        assertEquals("older", Files.readString(file));
    }

    @Test
    void aLinkStaysOneAndItsFileIsWritten() throws IOException {
        Path target = Files.writeString(folder.resolve("target.svg"), "older");
        Files.createSymbolicLink(file, target);
        WholeFile.write(file, "newer");
        assertTrue(Files.isSymbolicLink(file));
        assertEquals("newer", Files.readString(target));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeStaysOneAndIsWrittenTo() throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        Process reader = new ProcessBuilder("cat", file.toString()).start();
        try {
            WholeFile.write(file, "newer");
            assertTrue(Files.readAttributes(file, BasicFileAttributes.class).isOther());
            assertEquals("newer", new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } finally {
            reader.destroy();
        }
    }

    @Test
    void nothingIsLeftOfAFileThatCannotBePutInItsPlace() throws IOException {
        Files.createDirectories(file.resolve("in-the-way"));
        RecordException failure = assertThrows(RecordException.class, () -> WholeFile.write(file, "newer"));
        assertTrue(failure.getMessage().startsWith("cannot write " + file + ": "), failure.getMessage());
        assertFalse(Files.exists(unfinished));
    }
}
