package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.text.Digests;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is worth keeping from one process to the next, in the user's cache folder: compiled kernels, and the ways that
 * won the trials of convolutions. A file's name is a hash of all that decides about its content. It starts with the
 * hash of the rest of it; one that does not is made anew. Where the folder cannot be used, nothing is kept, which the
 * log says.
 */
final class UserCache {

    private static final int HASH = 64;
    private static final Logger LOG = LoggerFactory.getLogger(UserCache.class);
    private static final Set<Path> WARNED = ConcurrentHashMap.newKeySet();

    private final Optional<Path> folder;

    /** @param folder where the files are; need not exist */
    UserCache(Path folder) {
        this.folder = Optional.of(folder);
    }

    /** One that keeps nothing. */
    private UserCache() {
        folder = Optional.empty();
    }

    /**
     * The cache of this user: {@code $XDG_CACHE_HOME/gossamer}, or {@code ~/.cache/gossamer}. None where that is no
     * whole path, as for a user without a home.
     */
    static UserCache ofUser() {
        return of(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
    }

    static UserCache of(String caches, String home) {
        return path(caches).or(() -> path(home).map(folder -> folder.resolve(".cache")))
                .map(folder -> new UserCache(folder.resolve("gossamer")))
                .orElseGet(UserCache::new);
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.ofNullable(text).filter(name -> !name.isBlank()).map(Path::of).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            LOG.debug("{} is no folder for a cache", text, e);
            return Optional.empty();
        }
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
        return folder.flatMap(cache -> read(cache.resolve(name(kind, key))));
    }

    private static Optional<byte[]> read(Path file) {
        try {
            byte[] all = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
            byte[] content = Arrays.copyOfRange(all, Math.min(HASH, all.length), all.length);
            if (Arrays.equals(hash(file, content), Arrays.copyOf(all, HASH))) {
                return Optional.of(content);
            }
            if (all.length > 0) {
                LOG.warn("{} is damaged, and made anew", file);
            }
            return Optional.empty();
        } catch (IOException e) {
            LOG.debug("{} is not read", file, e);
            return Optional.empty();
        }
    }

    /** Keeps something in place of what was kept. */
    void write(String kind, String key, byte[] content) {
        try {
            if (folder.isPresent()) {
                Files.createDirectories(folder.get());
                write(folder.get().resolve(name(kind, key)), content);
            }
        } catch (IOException e) {
            warn(folder.orElseThrow(), e);
        }
    }

    /** Once, as all that follows fails alike. */
    private static void warn(Path folder, IOException failure) {
        if (WARNED.add(folder)) {
            LOG.warn("{} cannot be used ({}): kernels are compiled, and convolutions tried, in each process anew, so"
                    + " that results may differ by rounding", folder, failure.toString());
        }
    }

    /** Under another name first, so that no reader sees half of it. */
    private static void write(Path file, byte[] content) throws IOException {
        Path unfinished = Files.createTempFile(file.getParent(), "cache", ".part");
        try {
            byte[] all = Arrays.copyOf(hash(file, content), HASH + content.length);
            System.arraycopy(content, 0, all, HASH, content.length);
            Files.write(unfinished, all);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /**
     * Replaces what is kept by what is made of it, while no other process does the same.
     *
     * @param change is given what is kept, also where nothing can be
     */
    void update(String kind, String key, Function<Optional<byte[]>, byte[]> change) {
        synchronized (UserCache.class) { // of this process; the file's lock is for the others
            Optional<FileChannel> lock = lock(name(kind, key));
            try {
                write(kind, key, change.apply(read(kind, key)));
            } finally {
                lock.ifPresent(UserCache::release);
            }
        }
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("a lock is not given back", e);
        }
    }

    /** A lock that ends with its channel; none where none can be had. */
    private Optional<FileChannel> lock(String name) {
        Optional<FileChannel> channel = Optional.empty();
        try {
            Optional<Path> file = folder.map(cache -> cache.resolve(name + ".lock"));
            if (file.isPresent() && (Files.notExists(file.get()) || Files.isRegularFile(file.get()))) {
                Files.createDirectories(folder.get());
                channel = Optional.of(
                        FileChannel.open(file.get(), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
                channel.get().lock();
            }
        } catch (IOException e) {
            LOG.debug("{} is not locked", name, e);
        }
        return channel;
    }

    private static String name(String kind, String key) {
        return Digests.sha256(key.getBytes(StandardCharsets.UTF_8)) + "." + kind;
    }

    /** Of the name, too, so that one file does not pass for another. */
    private static byte[] hash(Path file, byte[] content) {
        byte[] name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        byte[] both = Arrays.copyOf(name, name.length + content.length);
        System.arraycopy(content, 0, both, name.length, content.length);
        return Digests.sha256(both).getBytes(StandardCharsets.US_ASCII);
    }
}
