package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCacheTest {

    private static final byte[] CODE = {1, 2, 3, 4};

    private int compiled;

    private byte[] compile() {
        compiled++;
        return CODE;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void kernelsAreCompiledOncePerKey(@TempDir Path folder) throws IOException {
        Path caches = folder.resolve("a/b");
        for (String key : new String[] {"x", "x", "y", "x"}) {
            assertArrayEquals(CODE, new UserCache(caches).get("cubin", key, this::compile));
        }
        assertEquals(2, compiled);
        assertEquals(2, files(caches).size());
    }

    @Test
    void aDamagedFileIsMadeAnew(@TempDir Path folder) throws IOException {
        UserCache cache = new UserCache(folder);
        cache.get("cubin", "x", this::compile);
        Path file = files(folder).get(0);
        byte[] whole = Files.readAllBytes(file);
        byte[] changed = whole.clone();
        changed[changed.length - 1]++;
        for (byte[] damaged : new byte[][] {{}, {7}, Arrays.copyOf(whole, whole.length - 1), changed}) {
            Files.write(file, damaged);
            assertArrayEquals(CODE, cache.get("cubin", "x", this::compile));
            assertArrayEquals(whole, Files.readAllBytes(file));
        }
        assertEquals(5, compiled);
    }

    @Test
    void theFolderIsTheUsersWhereItIsAWholePath(@TempDir Path folder) throws IOException {
        String home = folder.toString();
        for (String caches : new String[] {null, "", "relative", "a\0b"}) {
            UserCache.of(caches, home).write("cubin", caches + "x", CODE);
        }
        assertEquals(4, files(folder.resolve(".cache/gossamer")).size());
        UserCache.of(home + "/other", home).write("cubin", "x", CODE);
        assertEquals(1, files(folder.resolve("other/gossamer")).size());
        UserCache none = UserCache.of(null, "?");
        none.write("cubin", "x", CODE);
        none.update("cubin", "x", kept -> CODE);
        assertTrue(none.read("cubin", "x").isEmpty());
    }

    @Test
    void oneFileDoesNotPassForAnother(@TempDir Path folder) throws IOException {
        UserCache cache = new UserCache(folder);
        cache.write("choices", "x", new byte[] {1});
        Path other = files(folder).get(0);
        cache.get("cubin", "x", this::compile);
        Path file = files(folder).stream().filter(path -> !path.equals(other)).findFirst().orElseThrow();
        Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertArrayEquals(CODE, cache.get("cubin", "x", this::compile));
        assertEquals(2, compiled);
    }

    /** A pipe would be waited for. */
    @Test
    void whatIsNoFileIsNoneOfOurs(@TempDir Path folder) throws IOException, InterruptedException {
        UserCache cache = new UserCache(folder);
        cache.get("cubin", "x", this::compile);
        Path file = files(folder).get(0);
        Files.delete(file);
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        assertArrayEquals(CODE, cache.get("cubin", "x", this::compile));
        assertTrue(Files.isRegularFile(file));
        Files.delete(file);
        Files.createDirectories(file.resolve("x"));
        assertArrayEquals(CODE, cache.get("cubin", "x", this::compile));
        assertEquals(3, compiled);
    }

    @Test
    void withoutAFolderTheyAreCompiledEachTime(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(CODE, new UserCache(file).get("cubin", "x", this::compile));
        }
        assertEquals(2, compiled);
    }
}
