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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("chart.svg");
    }

    @Test
    void replacesAnOlderFile() throws IOException {
        WholeFile.write(file, "older and longer");
        WholeFile.write(file, "newer é");
        assertEquals("newer é", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void whereItCannotWriteTheOlderFileStays() throws IOException {
        WholeFile.write(file, "older");
        RecordException failure = assertThrows(RecordException.class, () -> WholeFile.write(file, out -> {
            out.write("newer".getBytes(StandardCharsets.UTF_8));
            throw new IOException("No space left on device");
        }));
        assertEquals("cannot write " + file + ": No space left on device", failure.getMessage());
        assertEquals("older", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    /** Neither a file of the user's nor what a link leads to is written on the way. */
    @Test
    void noOtherFileIsTouched() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
        Files.writeString(folder.resolve("chart.svg.part"), "mine");
        String first = "chart.svg." + ProcessHandle.current().pid();
        Files.createSymbolicLink(folder.resolve(first + ".part"), elsewhere);
        Files.createSymbolicLink(folder.resolve(first + "-2.part"), folder.resolve("nowhere"));
        List<Path> before = files();
        WholeFile.write(file, "newer");
        assertEquals("mine", Files.readString(elsewhere));
        assertEquals("mine", Files.readString(folder.resolve("chart.svg.part")));
        assertEquals("newer", Files.readString(file));
        assertEquals(before.size() + 1, files().size());
    }

    @Test
    void aRecordTakesThePlaceOfALink() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
        Files.createSymbolicLink(file, elsewhere);
        WholeFile.replace(file, "newer");
        assertEquals("mine", Files.readString(elsewhere));
        assertFalse(Files.isSymbolicLink(file));
        assertEquals("newer", Files.readString(file));
    }

    @Test
    void whatKilledProcessesLeftIsRemovedAndNothingElse() throws IOException {
        for (String name : List.of("a.csv.1.part", "a.csv.22-3.part", "b.csv.1.part", "a.csv.part",
                "a.csv.1.part.bak")) {
            Files.writeString(folder.resolve(name), "");
        }
        Files.createSymbolicLink(folder.resolve("a.csv.5.part"), folder.resolve("a.csv.part"));
        WholeFile.clear(folder, "a\\.csv");
        assertEquals(List.of("a.csv.1.part.bak", "a.csv.5.part", "a.csv.part", "b.csv.1.part"),
                files().stream().map(path -> path.getFileName().toString()).toList());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
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
        assertEquals(List.of(file), files());
    }
}
