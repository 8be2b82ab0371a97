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
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is worth keeping from one process to the next, in the user's cache folder: compiled kernels, and the ways that won
 * the trials of convolutions. A file's name is a hash of all that decides about its content. It starts with the hash of
 * the rest of it; one that does not is made anew. Where the folder cannot be used, nothing is kept.
 */
final class UserCache {

    private static final int HASH = 32;
    private static final Logger LOG = LoggerFactory.getLogger(UserCache.class);

    private final Path folder;

    /** @param folder where the files are; need not exist */
    UserCache(Path folder) {
        this.folder = folder;
    }

    /** The cache of this user: {@code $XDG_CACHE_HOME/gossamer}, or {@code ~/.cache/gossamer}. */
    static UserCache ofUser() {
        String home = System.getenv("XDG_CACHE_HOME");
        boolean given = home != null && !home.isBlank();
        Path caches = given ? Path.of(home) : Path.of(System.getProperty("user.home"), ".cache");
        return new UserCache(caches.resolve("gossamer"));
    }

    /**
     * What is kept, made and kept where it is not.
     *
     * @param kind what it is, the ending of the file's name
     * @param key all that decides about it
     * @param maker makes it
     */
    byte[] get(String kind, String key, Supplier<byte[]> maker) {
        return read(kind, key).orElseGet(() -> {
            byte[] content = maker.get();
            write(kind, key, content);
            return content;
        });
    }

    /** What is kept, where it is whole. */
    Optional<byte[]> read(String kind, String key) {
        Path file = file(kind, key);
        try {
            byte[] all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            byte[] content = Arrays.copyOfRange(all, Math.min(HASH, all.length), all.length);
            return Arrays.equals(hash(content), Arrays.copyOf(all, HASH)) ? Optional.of(content) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("{} is not read", file, e);
            return Optional.empty();
        }
    }

    /** Keeps something in place of what was kept: under another name first, so that no reader sees half of it. */
    void write(String kind, String key, byte[] content) {
        try {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempFile(folder, kind, ".part");
            try {
                byte[] all = Arrays.copyOf(hash(content), HASH + content.length);
                System.arraycopy(content, 0, all, HASH, content.length);
                Files.write(unfinished, all);
                Files.move(unfinished, file(kind, key), StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            LOG.debug("{} is not kept", kind, e);
        }
    }

    private Path file(String kind, String key) {
        String name = HexFormat.of().formatHex(hash(key.getBytes(StandardCharsets.UTF_8)));
        return folder.resolve(name + "." + kind);
    }

    private static byte[] hash(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
