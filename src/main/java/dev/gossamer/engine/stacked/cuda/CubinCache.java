package dev.gossamer.engine.stacked.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled kernels in the user's cache folder, by a hash of all that decides about them. A file starts with the hash of
 * the rest of it; one that does not is made anew. Where the folder cannot be used, kernels are compiled each time.
 */
final class CubinCache {

    private static final int HASH = 32;
    private static final Logger LOG = LoggerFactory.getLogger(CubinCache.class);

    private final Path folder;

    /** @param folder where the files are; need not exist */
    CubinCache(Path folder) {
        this.folder = folder;
    }

    /** The cache of this user: {@code $XDG_CACHE_HOME/gossamer}, or {@code ~/.cache/gossamer}. */
    static CubinCache ofUser() {
        String home = System.getenv("XDG_CACHE_HOME");
        boolean given = home != null && !home.isBlank();
        Path caches = given ? Path.of(home) : Path.of(System.getProperty("user.home"), ".cache");
        return new CubinCache(caches.resolve("gossamer"));
    }

    /**
     * Compiled kernels, from the cache where they are in it.
     *
     * @param key all that decides about them
     * @param compiler makes them
     */
    byte[] get(String key, Supplier<byte[]> compiler) {
        Path file = folder.resolve(HexFormat.of().formatHex(hash(key.getBytes(StandardCharsets.UTF_8))) + ".cubin");
        byte[] code = read(file);
        if (code == null) {
            code = compiler.get();
            write(file, code);
        }
        return code;
    }

    private static byte[] read(Path file) {
        try {
            byte[] content = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            byte[] code = Arrays.copyOfRange(content, Math.min(HASH, content.length), content.length);
            return Arrays.equals(hash(code), Arrays.copyOf(content, HASH)) ? code : null;
        } catch (IOException e) {
            LOG.debug("compiled kernels are not read", e);
            return null;
        }
    }

    /** Under another name first, so that no reader sees half of it. */
    private void write(Path file, byte[] code) {
        try {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempFile(folder, "kernels", ".part");
            try {
                byte[] content = Arrays.copyOf(hash(code), HASH + code.length);
                System.arraycopy(code, 0, content, HASH, code.length);
                Files.write(unfinished, content);
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            LOG.debug("compiled kernels are not kept", e);
        }
    }

    private static byte[] hash(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
