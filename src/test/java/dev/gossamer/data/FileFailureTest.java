package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The failures are those of this system where it can be brought to fail in that way. */
class FileFailureTest {

    @TempDir
    Path folder;

    private static String reason(Executable action) {
        return FileFailure.reason(assertThrows(IOException.class, action));
    }

    @Test
    void saysWhyWithoutTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a (b)"), "");
        assertEquals("no such file or folder", reason(() -> Files.readString(folder.resolve("none"))));
        assertEquals("a file of this name is in the way", reason(() -> Files.createDirectories(file)));
        assertEquals("Not a directory", reason(() -> Files.readString(file.resolve("inside"))));
        assertEquals("Is a directory", reason(() -> new FileOutputStream(folder.toFile()).close()));
        assertEquals("Not a directory", reason(() -> new FileOutputStream(file.resolve("inside").toFile()).close()));
        assertEquals("permission denied", FileFailure.reason(new AccessDeniedException("secret")));
        assertEquals("No space left on device", FileFailure.reason(new IOException("No space left on device")));
        assertEquals("it ends too early", FileFailure.reason(new EOFException()));
        assertEquals("the system gave no reason", FileFailure.reason(new IOException()));
        assertEquals("it must be a text in UTF-8", reason(() ->
                Files.readString(Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xe9}))));
        assertEquals("it is no folder", reason(() -> Files.newDirectoryStream(file).close()));
    }

    @Test
    void namesTheFileWhereItIsKnown() {
        assertEquals("secret: permission denied", FileFailure.fileAndReason(new AccessDeniedException("secret")));
        assertEquals("disk on fire", FileFailure.fileAndReason(new IOException("disk on fire")));
    }
}
