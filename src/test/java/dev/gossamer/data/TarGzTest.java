package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarGzTest {

    @TempDir
    Path directory;

    private void unpack(byte[] content, long maxBytes) throws IOException {
        Path archive = Files.write(directory.resolve("archive.tar.gz"), content);
        Path destination = directory.resolve("destination");
        Files.createDirectories(destination);
        TarGz.unpack(archive, destination, maxBytes);
    }

    private String refusal(byte[] content, long maxBytes) {
        return assertThrows(DataException.class, () -> unpack(content, maxBytes)).getMessage();
    }

    @Test
    void filesAndFoldersAreUnpacked() throws IOException {
        byte[] content = Fixtures.randomBytes(100_000, 1);
        unpack(Archives.tarGz(Map.of("set/deep/a.bin", content, "set/b.bin", new byte[0])), 100_000);
        assertArrayEquals(content, Files.readAllBytes(directory.resolve("destination/set/deep/a.bin")));
        assertEquals(0, Files.size(directory.resolve("destination/set/b.bin")));
    }

    @Test
    void namesOutsideTheDestinationAreRefused() throws IOException {
        for (String name : new String[] {"../out", "set/../../out", directory + "/out", "..", "set/.."}) {
            String message = refusal(Archives.tarGz(Map.of(name, new byte[3])), 100);
            assertTrue(message.contains("'" + name + "', which lies outside the folder"), message);
        }
        assertFalse(Files.exists(directory.resolve("out")));
    }

    @Test
    void linksAndDevicesAreRefused() throws IOException {
        byte[] types = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_CHR, TarConstants.LF_FIFO};
        for (byte type : types) {
            String message = refusal(Archives.tarGz("set/link", type, "/etc/hostname"), 100);
            assertTrue(message.contains("'set/link', which is no plain file"), message);
        }
    }

    @Test
    void sizeIsLimitedOverAllFiles() throws IOException {
        byte[] archive = Archives.tarGz(Map.of("set/a", new byte[600], "set/b", new byte[600]));
        unpack(archive, 1200);
        assertTrue(refusal(Archives.tarGz(Map.of("other/a", new byte[600], "other/b", new byte[600])), 1199)
                .endsWith("the unpacked files exceed their limit in size."));
    }

    @Test
    void numberOfEntriesIsLimited() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (int i = 0; i < 1001; i++) {
            files.put("set/" + i, new byte[0]);
        }
        assertTrue(refusal(Archives.tarGz(files), 100).endsWith("more than 1000 entries."));
    }

    @Test
    void damagedArchiveIsAnError() throws IOException {
        byte[] archive = Archives.tarGz(Map.of("set/a", Fixtures.randomBytes(5000, 1)));
        assertThrows(IOException.class, () -> unpack(Arrays.copyOf(archive, 3000), 10_000));
    }
}
