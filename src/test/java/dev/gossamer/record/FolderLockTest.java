package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

    @TempDir
    Path folder;

    @Test
    void aFolderIsTakenOnce() throws IOException {
        try (FolderLock lock = FolderLock.take(folder).orElseThrow()) {
            assertEquals(folder, lock.folder());
            assertTrue(FolderLock.take(folder).isEmpty());
        }
        FolderLock.take(folder).orElseThrow().close();
    }

    @Test
    void aLockThatIsTheUsersOwnIsLeftAlone() throws IOException {
        Path lock = folder.resolve(".lock");
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "4711");
        Files.createSymbolicLink(lock, elsewhere);
        assertLockRefused(lock);
        assertEquals("4711", Files.readString(elsewhere));
        Files.delete(lock);
        Files.writeString(lock, "{\"version\": 1}");
        assertLockRefused(lock);
        assertEquals("{\"version\": 1}", Files.readString(lock));
        Files.delete(lock);
        Files.createDirectory(lock);
        assertLockRefused(lock);
    }

    private void assertLockRefused(Path lock) {
        assertEquals(lock + " is not the lock of a folder of results; move it away, or take another folder",
                assertThrows(RecordException.class, () -> FolderLock.take(folder)).getMessage());
    }
}
